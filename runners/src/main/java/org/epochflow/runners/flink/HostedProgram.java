package org.epochflow.runners.flink;

import java.util.List;
import java.util.Optional;
import org.apache.flink.client.program.ContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;

/** This program when Flink runs it: by {@code flink run}, or in a JobManager. */
public final class HostedProgram {
  private static final List<String> SESSIONS =
      List.of("remote", "yarn-session", "kubernetes-session");

  private HostedProgram() {}

  /** Flink's configuration for the jobs of this program; empty if Flink does not run it. */
  static Optional<Configuration> configuration() {
    return isHosted()
        ? Optional.of(ContextEnvironment.getExecutionEnvironment().getConfiguration())
        : Optional.empty();
  }

  /** Whether Flink started this program: Flink gives it a class loader of its own. */
  public static boolean isHosted() {
    return !Thread.currentThread()
            .getContextClassLoader()
            .equals(ClassLoader.getSystemClassLoader())
        && !ContextEnvironment.areExplicitEnvironmentsAllowed();
  }

  /**
   * Refuses to run in a JobManager, which would end with the program.
   *
   * @throws IllegalStateException with a message that says what to do
   */
  public static void requireSession() {
    String target = configuration().map(c -> c.get(DeploymentOptions.TARGET)).orElse("remote");
    if (!SESSIONS.contains(target)) {
      throw new IllegalStateException(
          "Expected epochflow's driver outside of Flink's JobManager, found deployment target '%s'"
                  .formatted(target)
              + ": a training has many jobs, of which an application cluster and the web page's"
              + " submit form run only the first. Use a session cluster and an attached flink run, or"
              + " epochflow with --runner=FlinkRunner --flinkMaster=HOST:PORT");
    }
  }
}
