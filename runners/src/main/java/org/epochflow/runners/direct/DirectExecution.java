package org.epochflow.runners.direct;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.WarmUp;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.RunnerExecution;

/**
 * Runs pipelines on the DirectRunner. Its threads are a fixed number; one of them that has nothing
 * to do looks without a pause whether the others are done, at the cost of the work beside it.
 */
public final class DirectExecution implements Execution {
  private final DirectOptions options;

  /**
   * On the runner of these options.
   *
   * @param options with {@code --blockOnRun} off
   */
  public DirectExecution(PipelineOptions options) {
    this.options = options.as(DirectOptions.class);
  }

  @Override
  public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
    new RunnerExecution(options).run(name, graph, watch);
  }

  @Override
  public Closeable warmUp(TrainingConfig config) {
    return WarmUp.of(config);
  }

  @Override
  public Execution narrowedTo(int elements) {
    String copy = new SerializablePipelineOptions(options).toString();
    DirectExecution narrow = new DirectExecution(new SerializablePipelineOptions(copy).get());
    narrow.options.setTargetParallelism(Math.min(elements, options.getTargetParallelism()));
    return narrow;
  }
}
