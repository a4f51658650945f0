package org.epochflow.pipeline.execute;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.epochflow.model.train.TrainingConfig;

/** Runs pipelines, one after another, in this process or on a cluster. */
public interface Execution {
  /** Watches a pipeline while it runs. */
  @FunctionalInterface
  interface Watch {
    /** Nobody tells of work. */
    CompletableFuture<?> UNTOLD = new CompletableFuture<>();

    /** Ignores the pipeline. */
    Watch NONE = result -> {};

    void look(PipelineResult result) throws IOException;

    /**
     * Is completed when all that the pipeline is for is done, so that nobody need wait until the
     * runner has tidied up; completed with an exception when it has failed.
     */
    default CompletableFuture<?> work() {
      return UNTOLD;
    }
  }

  /**
   * Runs a pipeline to its end.
   *
   * @param name the job's name, which the runner shows
   * @param graph adds the transforms; called again if the pipeline has to run again
   * @throws IOException if a worker threw one: it says what the user can mend
   * @throws PipelineFailedException if the pipeline ended in any state but done
   */
  void run(String name, Consumer<Pipeline> graph, Watch watch) throws IOException;

  /**
   * A pipeline that the user waits for.
   *
   * @param title what it does, for instance {@code Reading DIR}
   * @param counter counts the images that the workers have done
   * @param images how many there are
   */
  record Task(String title, MetricNameFilter counter, long images) {}

  /** Runs a task's pipeline to its end and reports its progress to {@link #progress}. */
  default void run(String name, Consumer<Pipeline> graph, Task task) throws IOException {
    progress().tell(listener -> listener.taskBegan(task.title()));
    try {
      run(
          name,
          graph,
          result ->
              progress()
                  .tell(
                      listener ->
                          listener.progressed(counted(result, task.counter()), task.images())));
    } finally {
      progress().tell(ProgressListener::taskEnded);
    }
  }

  /**
   * An execution for pipelines that work on at most this many elements at once. A runner need not
   * keep threads for more, because idle threads take time from the others.
   */
  default Execution narrowedTo(int elements) {
    return this;
  }

  /**
   * Prepares this process for trainings of a configuration, in the background, until the result is
   * closed. Does nothing if the work is done elsewhere.
   */
  default Closeable warmUp(TrainingConfig config) {
    return () -> {};
  }

  /** Says how to use workers that would stay idle; empty if there are none. */
  default Optional<String> advice(int replicas) {
    return Optional.empty();
  }

  /** Observe tasks. */
  default Listeners<ProgressListener> progress() {
    return Listeners.none();
  }

  /** The groups in which so many replicas are trained fastest; called while a graph is made. */
  default Groups groups(int replicas) {
    return Groups.ONE;
  }

  /** Whether all workers are in this process, so that they share its memory. */
  default boolean isInProcess() {
    return false;
  }

  /** Keys that spread work evenly over the workers; called while a graph is made. */
  default Keys keys() {
    return Keys.NUMBERS;
  }

  /**
   * Requires that the workers see a folder and files as the driver does.
   *
   * @throws IOException naming the folder or file that they do not see
   */
  default void requireShared(String folder, List<String> files) throws IOException {}

  /** The sum of a counter over all steps, as far as the runner reports it. */
  static long counted(PipelineResult result, MetricNameFilter metric) {
    long sum = 0;
    MetricsFilter filter = MetricsFilter.builder().addNameFilter(metric).build();
    for (MetricResult<Long> step : result.metrics().queryMetrics(filter).getCounters()) {
      sum += step.getAttempted();
    }
    return sum;
  }
}
