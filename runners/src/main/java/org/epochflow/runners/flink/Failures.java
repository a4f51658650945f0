package org.epochflow.runners.flink;

import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import org.apache.flink.client.program.ProgramInvocationException;
import org.apache.flink.runtime.JobException;
import org.apache.flink.runtime.client.JobExecutionException;
import org.apache.flink.runtime.client.JobSubmissionException;
import org.epochflow.pipeline.execute.PipelineFailedException;
import org.epochflow.runners.flink.FlinkClusterException.JobLost;
import org.jspecify.annotations.Nullable;

/** Distinguishes a job that Flink lost from a job whose work failed. */
final class Failures {
  /** The exceptions that Flink wraps around a failure of the work. */
  private static final List<Class<?>> WRAPPERS =
      List.of(JobException.class, JobExecutionException.class, ProgramInvocationException.class);

  private Failures() {}

  /**
   * Returns the failure of a job's work.
   *
   * @throws JobLost if Flink itself failed
   * @throws IOException the worker's own, if its message tells the user what to fix
   */
  static PipelineFailedException ofJob(String name, @Nullable Throwable failure)
      throws IOException {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        throw new FlinkClusterException(
            "A TaskManager ran out of memory in %s; give it more (taskmanager.memory.*): %s"
                .formatted(name, cause.getMessage()),
            cause);
      } else if (cause instanceof IOException && !isFlinks(cause)) {
        break;
      } else if (isFlinks(cause) && !WRAPPERS.contains(cause.getClass())) {
        throw lost(name, cause);
      }
    }
    return PipelineFailedException.of(name, failure == null ? new JobException(name) : failure);
  }

  /**
   * Returns the failure of the graph.
   *
   * @throws JobLost if Flink did not accept the job
   */
  static PipelineFailedException ofSubmission(String name, RuntimeException failure)
      throws IOException {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof JobSubmissionException || cause instanceof ConnectException) {
        throw lost(name, cause);
      }
    }
    return PipelineFailedException.of(name, failure);
  }

  private static JobLost lost(String name, Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    return new JobLost("Flink lost %s: %s".formatted(name, reason), cause);
  }

  private static boolean isFlinks(Throwable cause) {
    return cause.getClass().getName().startsWith("org.apache.flink.");
  }
}
