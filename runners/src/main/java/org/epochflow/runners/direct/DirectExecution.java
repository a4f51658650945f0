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
 * Runs pipelines on the DirectRunner. The runner has a fixed number of threads. An idle thread
 * checks without a pause whether the others have finished, which slows them down; so a pipeline
 * gets no more threads than it has work for.
 */
public final class DirectExecution implements Execution {
  private final DirectOptions options;

  /**
   * Uses the runner of these options.
   *
   * @param options have {@code --blockOnRun} off
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
