package org.epochflow.pipeline.execute;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.epochflow.model.train.TrainingConfig;

/** Runs pipelines, one after another, where the work is done: in this process or on a cluster. */
public interface Execution {
  /** Watches a pipeline while it runs. */
  @FunctionalInterface
  interface Watch {
    /** Nothing to see. */
    Watch NONE = result -> {};

    void look(PipelineResult result) throws IOException;
  }

  /**
   * Runs a pipeline to its end.
   *
   * @param name what the runner shows
   * @param graph adds the transforms; called again where the pipeline has to be run again
   * @throws IOException what a worker threw, where it did
   * @throws PipelineFailedException where it ended otherwise than done
   */
  void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException;

  /**
   * A pipeline that its user waits for.
   *
   * @param title what it does, for instance {@code Reading DIR}
   * @param counter of the images that its workers have done
   * @param images how many there are
   */
  record Task(String title, MetricNameFilter counter, long images) {}

  /** Runs a task's pipeline to its end, telling {@link #progress} how far it is. */
  default void run(String name, Consumer<Pipeline> graph, Task task) throws IOException {
    progress().taskBegan(task.title());
    try {
      run(
          name,
          graph,
          result -> progress().progressed(counted(result, task.counter()), task.images()));
    } finally {
      progress().taskEnded();
    }
  }

  /**
   * The same for pipelines that have at most so many elements to work on at once: a runner need not
   * keep threads for more, where those that are idle take time from the others.
   */
  default Execution narrowedTo(int elements) {
    return this;
  }

  /**
   * Makes this process ready for trainings of a configuration, beside what is waited for, until it
   * is closed. Nothing where the work is done elsewhere.
   */
  default Closeable warmUp(TrainingConfig config) {
    return () -> {};
  }

  /** Who is told of tasks. */
  default ProgressListener progress() {
    return ProgressListener.NONE;
  }

  /** Keys that spread work evenly over the workers; to be asked while a graph is made. */
  default Keys keys() {
    return Keys.NUMBERS;
  }

  /**
   * Requires that the workers see a folder and files as the driver does.
   *
   * @throws IOException naming what they do not see
   */
  default void requireShared(String folder, List<String> files) throws IOException {}

  /** The sum of a counter over all steps, as far as the runner knows it. */
  static long counted(PipelineResult result, MetricNameFilter metric) {
    long sum = 0;
    MetricsFilter filter = MetricsFilter.builder().addNameFilter(metric).build();
    for (MetricResult<Long> step : result.metrics().queryMetrics(filter).getCounters()) {
      sum += step.getAttempted();
    }
    return sum;
  }
}
