package org.epochflow.pipeline.execute;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Duration;
import org.jspecify.annotations.Nullable;

/** Runs pipelines on a runner of Beam that works in this process. */
public final class RunnerExecution implements Execution {
  private static final Duration LOOK_EVERY = Duration.millis(50);

  /** Far longer than a look at the runner takes, so that the work is seldom done meanwhile. */
  private static final long WORK_MILLIS = 500;

  private final PipelineOptions options;

  /**
   * @param options of the runner; {@code run()} must not block, so that pipelines can be watched
   */
  public RunnerExecution(PipelineOptions options) {
    this.options = options;
  }

  @Override
  public boolean isInProcess() {
    return true;
  }

  @Override
  public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
    options.setJobName(name);
    Pipeline pipeline = Pipeline.create(options);
    graph.accept(pipeline);
    State state;
    PipelineResult result;
    try {
      result = pipeline.run();
      state = await(result, watch);
    } catch (RuntimeException e) {
      throw PipelineFailedException.of(name, e);
    }
    if (state != State.DONE) {
      throw new PipelineFailedException(
          "Expected %s to be done, found it %s".formatted(name, state));
    }
    MetricsLog.log(name, result);
  }

  /**
   * Waits a while for the pipeline's work, where its watch is told of that. The DirectRunner itself
   * tells of the end up to 25 ms later.
   */
  private static boolean isDone(Watch watch) {
    if (watch.work() == Watch.UNTOLD) {
      return false;
    }
    try {
      watch.work().get(WORK_MILLIS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException notDone) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Waits for the end. A wait that runs out of time has no state; one that ends with a state that
   * is not terminal was ended by an error outside user code, after which the DirectRunner does
   * nothing more.
   */
  private static State await(PipelineResult result, Watch watch) throws IOException {
    boolean ended = false;
    try {
      while (true) {
        if (isDone(watch) && !MetricsLog.isOn()) {
          ended = true;
          return State.DONE;
        }
        @Nullable State state = result.waitUntilFinish(LOOK_EVERY);
        ended = state != null && state.isTerminal();
        watch.look(result);
        if (state != null) {
          return state;
        }
      }
    } finally {
      if (!ended) {
        result.cancel();
      }
    }
  }
}
