package org.epochflow.runners.direct;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.ObjectInputStream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.execute.PipelineFailedException;
import org.epochflow.pipeline.execute.RunnerExecution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pipeline whose threads died ends with a failure; one whose threads are slow goes on. */
@Timeout(120)
final class WorkersTest {
  private static final int MOST_IDLE = 8;

  private static DirectOptions options() {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setBlockOnRun(false);
    options.setTargetParallelism(2);
    return options;
  }

  @Test
  void theErrorOfAWorkerIsTheCauseOfTheFailure() {
    var thrown =
        assertThrows(
            PipelineFailedException.class,
            () ->
                run(
                    new DirectExecution(options(), Listeners.none()),
                    new DyingFn(new OutOfMemoryError("Java heap space")),
                    Execution.Watch.NONE));
    assertEquals("work failed", thrown.getMessage());
    assertInstanceOf(OutOfMemoryError.class, thrown.getCause());
  }

  @Test
  void aWorkerThatDiesWithoutAWordEndsThePipeline() {
    var thrown =
        assertThrows(
            PipelineFailedException.class,
            () ->
                run(
                    new RunnerExecution(options()),
                    new DyingFn(new UnspeakableError()),
                    new Workers(Execution.Watch.NONE, MOST_IDLE)));
    assertEquals(
        "java.lang.IllegalStateException: Expected the DirectRunner to work, found its threads idle"
            + " in 9 looks",
        String.valueOf(thrown.getCause()));
  }

  @Test
  void aSlowWorkerIsWaitedFor() throws IOException {
    run(new RunnerExecution(options()), new SlowFn(), new Workers(Execution.Watch.NONE, MOST_IDLE));
  }

  private static void run(Execution execution, DoFn<Integer, Integer> fn, Execution.Watch watch)
      throws IOException {
    execution.run(
        "work",
        pipeline -> pipeline.apply(Create.of(1).withCoder(VarIntCoder.of())).apply(ParDo.of(fn)),
        watch);
  }

  /** An error that cannot even be logged, as happens without memory. */
  private static final class UnspeakableError extends Error {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new OutOfMemoryError("Java heap space");
    }
  }

  /** Dies in a worker before it has an element. */
  private static final class DyingFn extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1L;
    private final Error error;

    DyingFn(Error error) {
      this.error = error;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      in.defaultReadObject();
      if (Thread.currentThread().getName().equals("direct-runner-worker")) {
        throw error;
      }
    }

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out) {
      out.output(element);
    }
  }

  /** Takes longer than a pipeline may be idle. */
  private static final class SlowFn extends DoFn<Integer, Integer> {
    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void process(@Element Integer element, OutputReceiver<Integer> out)
        throws InterruptedException {
      Thread.sleep(4_000);
      out.output(element);
    }
  }
}
