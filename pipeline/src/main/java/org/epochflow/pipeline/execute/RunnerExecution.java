package org.epochflow.pipeline.execute;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineResult.State;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Duration;

/** Runs pipelines on a runner of Beam that works in this process. */
public final class RunnerExecution implements Execution {
  private static final Duration LOOK_EVERY = Duration.millis(50);
  private final PipelineOptions options;

  /**
   * @param options of the runner; {@code run()} must not block, so that pipelines can be watched
   */
  public RunnerExecution(PipelineOptions options) {
    this.options = options;
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

  private static State await(PipelineResult result, Watch watch) throws IOException {
    boolean ended = false;
    try {
      while (true) {
        State state = result.waitUntilFinish(LOOK_EVERY);
        ended = state != null && state.isTerminal();
        watch.look(result);
        if (ended) {
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
