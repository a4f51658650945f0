package org.epochflow.pipeline.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.io.GenerateSequence;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Gauge;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.epochflow.pipeline.Direct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pipeline ends done, or with the reason. */
final class ExecutionTest {
  private static final int FILE = -1;
  private static final int UNCHECKED = -2;
  private static final int BUG = -3;

  @Test
  void whatAWorkerCountedIsSummedOverStepsAndElements() throws IOException {
    AtomicLong seen = new AtomicLong();
    MetricNameFilter metric = MetricNameFilter.named(ExecutionTest.class, "counted");
    Direct.execution(2)
        .run(
            "counting",
            pipeline ->
                pipeline
                    .apply(Create.of(List.of(1, 2, 3, 4)).withCoder(VarIntCoder.of()))
                    .apply("CountOnce", ParDo.of(new CountFn()))
                    .apply(Reshuffle.viaRandomKey())
                    .apply("CountTwice", ParDo.of(new CountFn())),
            result -> seen.set(Execution.counted(result, metric)));
    assertEquals(20, seen.get());
  }

  @Test
  void metricsAreSummedOrTheLast() throws IOException {
    Map<String, Long> seen = new TreeMap<>();
    Direct.execution(1)
        .run(
            "measuring",
            pipeline ->
                pipeline
                    .apply(Create.of(List.of(1, 2, 3)).withCoder(VarIntCoder.of()))
                    .apply("CountOnce", ParDo.of(new CountFn()))
                    .apply("CountTwice", ParDo.of(new CountFn())),
            result -> seen.putAll(MetricsLog.of(result)));
    assertEquals(12, seen.get("counted"));
    assertEquals(List.of("counted", "last"), List.copyOf(seen.keySet()));
  }

  @Test
  void aFailingListenerDoesNotFailATask() throws IOException {
    List<String> warnings = new ArrayList<>();
    ProgressListener failing =
        new ProgressListener() {
          @Override
          public void taskBegan(String task) {
            throw new IllegalStateException("no terminal");
          }

          @Override
          public void progressed(long images, long ofImages) {
            throw new OutOfMemoryError("Java heap space");
          }
        };
    Execution watched =
        new Execution() {
          @Override
          public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
            Direct.execution(1).run(name, graph, watch);
          }

          @Override
          public Listeners<ProgressListener> progress() {
            return listeners;
          }

          private final Listeners<ProgressListener> listeners =
              new Listeners<>(List.of(failing), warnings::add);
        };
    watched.run(
        "task",
        pipeline -> pipeline.apply(Create.of(1).withCoder(VarIntCoder.of())),
        new Execution.Task("Reading", MetricNameFilter.named(ExecutionTest.class, "counted"), 1));
    assertEquals(1, warnings.size());
  }

  @Test
  void aFailureOfAFileComesOutAsItWasThrown() {
    var thrown = assertThrows(FileNotFoundException.class, () -> run(FILE));
    assertEquals("data/train-images", thrown.getMessage());
    assertEquals("disk full", assertThrows(IOException.class, () -> run(UNCHECKED)).getMessage());
  }

  @Test
  void aBugIsAFailedPipelineWithItsCause() {
    var thrown = assertThrows(PipelineFailedException.class, () -> run(BUG));
    assertEquals("failing failed", thrown.getMessage());
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    assertEquals(IllegalStateException.class, cause.getClass());
    assertEquals("bug", cause.getMessage());
  }

  @Test
  void afterAFailureTheNextPipelineRuns() throws IOException {
    Execution execution = Direct.execution(1);
    assertThrows(PipelineFailedException.class, () -> run(execution, BUG));
    run(execution, 5);
  }

  @Test
  void aWatchThatFailsCancelsThePipeline() {
    List<PipelineResult> watched = new ArrayList<>();
    var thrown =
        assertThrows(
            PipelineFailedException.class,
            () ->
                Direct.execution(2)
                    .run(
                        "watched",
                        pipeline -> pipeline.apply(GenerateSequence.from(0)),
                        result -> {
                          watched.add(result);
                          throw new IllegalStateException("looked away");
                        }));
    assertEquals("watched failed", thrown.getMessage());
    assertEquals(PipelineResult.State.CANCELLED, watched.get(0).getState());
  }

  @Test
  @Timeout(60)
  void anErrorOutsideUserCodeEndsThePipeline() {
    var thrown =
        assertThrows(
            PipelineFailedException.class,
            () ->
                Direct.execution(2)
                    .run(
                        "unreadable",
                        pipeline ->
                            pipeline
                                .apply(Create.of(1).withCoder(VarIntCoder.of()))
                                .apply(ParDo.of(new UnreadableFn())),
                        Execution.Watch.NONE));
    assertEquals("Expected unreadable to be done, found it RUNNING", thrown.getMessage());
  }

  /** A function that a worker cannot read. */
  private static final class UnreadableFn extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1L;

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      if (Thread.currentThread().getName().equals("direct-runner-worker")) {
        throw new NoClassDefFoundError("org/example/Gone");
      }
    }

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) {
      out.output(element);
    }
  }

  private static void run(int element) throws IOException {
    run(Direct.execution(2), element);
  }

  private static void run(Execution execution, int element) throws IOException {
    execution.run(
        "failing",
        pipeline ->
            pipeline
                .apply(Create.of(element).withCoder(VarIntCoder.of()))
                .apply("Count", ParDo.of(new CountFn())),
        Execution.Watch.NONE);
  }

  private static final class CountFn extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1L;
    private final Counter counted = Metrics.counter(ExecutionTest.class, "counted");
    private final Gauge last = Metrics.gauge(ExecutionTest.class, "last");

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) throws IOException {
      switch (element) {
        case FILE -> throw new FileNotFoundException("data/train-images");
        case UNCHECKED -> throw new UncheckedIOException(new IOException("disk full"));
        case BUG -> throw new IllegalStateException("bug");
        default -> counted.inc(element);
      }
      last.set(element);
      out.output(element);
    }
  }
}
