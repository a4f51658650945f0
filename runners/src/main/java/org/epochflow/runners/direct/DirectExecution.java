package org.epochflow.runners.direct;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.WarmUp;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.execute.PipelineFailedException;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.pipeline.execute.RunnerExecution;

/**
 * Runs pipelines on the DirectRunner. The runner has a fixed number of threads. An idle thread
 * checks without a pause whether the others have finished, which slows them down; so a pipeline
 * gets no more threads than it has work for.
 */
public final class DirectExecution implements Execution {
  private final DirectOptions options;
  private final Listeners<ProgressListener> progress;

  /**
   * Uses the runner of these options.
   *
   * @param options have {@code --blockOnRun} off
   * @param progress is told of what the user waits for
   */
  public DirectExecution(PipelineOptions options, Listeners<ProgressListener> progress) {
    this.options = options.as(DirectOptions.class);
    this.progress = progress;
  }

  @Override
  public boolean isInProcess() {
    return true;
  }

  @Override
  public Listeners<ProgressListener> progress() {
    return progress;
  }

  @Override
  public void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException {
    try (WorkerErrors errors = WorkerErrors.listen()) {
      run(name, graph, watch, errors);
    }
  }

  private void run(String name, Consumer<Pipeline> graph, Watch watch, WorkerErrors errors)
      throws IOException {
    try {
      new RunnerExecution(options).run(name, graph, new Workers(watch));
    } catch (PipelineFailedException e) {
      Optional<Throwable> unreported = errors.first();
      throw unreported.isPresent() ? PipelineFailedException.of(name, unreported.get()) : e;
    }
  }

  @Override
  public Closeable warmUp(TrainingConfig config) {
    return WarmUp.of(config);
  }

  @Override
  public Execution narrowedTo(int elements) {
    String copy = new SerializablePipelineOptions(options).toString();
    DirectExecution narrow =
        new DirectExecution(new SerializablePipelineOptions(copy).get(), progress);
    narrow.options.setTargetParallelism(Math.min(elements, options.getTargetParallelism()));
    return narrow;
  }
}
