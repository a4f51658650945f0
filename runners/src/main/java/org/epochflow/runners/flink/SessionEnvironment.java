package org.epochflow.runners.flink;

import java.util.function.Consumer;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.ContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.DefaultExecutorServiceLoader;
import org.apache.flink.core.execution.JobClient;

/**
 * The environment in which Beam's runner finds Flink, as {@code flink run} makes it for a program.
 * It reports the ids of submitted jobs.
 */
final class SessionEnvironment extends ContextEnvironment {
  private final Consumer<JobID> submitted;

  private SessionEnvironment(
      Configuration configuration, ClassLoader classes, Consumer<JobID> submitted) {
    super(new DefaultExecutorServiceLoader(), configuration, classes, false, true);
    this.submitted = submitted;
  }

  /** Makes {@code --flinkMaster=[auto]} mean this environment in this process. */
  static void install(Configuration configuration, Consumer<JobID> submitted) {
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    initializeContextEnvironment(() -> new SessionEnvironment(configuration, classes, submitted));
  }

  @Override
  public JobClient executeAsync(String jobName) throws Exception {
    JobClient job = super.executeAsync(jobName);
    submitted.accept(job.getJobID());
    return job;
  }
}
