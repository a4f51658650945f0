package org.epochflow.runners.flink;

import java.util.List;
import java.util.Optional;
import org.apache.flink.client.program.ContextEnvironment;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;

/** This program where Flink runs it: by {@code flink run}, or in a JobManager. */
public final class HostedProgram {
  private static final List<String> SESSIONS =
      List.of("remote", "yarn-session", "kubernetes-session");

  private HostedProgram() {}

  /** How Flink says a program's jobs are to be run; empty where Flink does not run this program. */
  static Optional<Configuration> configuration() {
    return isHosted()
        ? Optional.of(ContextEnvironment.getExecutionEnvironment().getConfiguration())
        : Optional.empty();
  }

  /** Whether Flink called the program: it gives it a loader of classes of its own. */
  public static boolean isHosted() {
    return !Thread.currentThread()
            .getContextClassLoader()
            .equals(ClassLoader.getSystemClassLoader())
        && !ContextEnvironment.areExplicitEnvironmentsAllowed();
  }

  /**
   * Refuses to be run by a JobManager, which the program's end would end.
   *
   * @throws IllegalStateException naming what to do
   */
  public static void requireSession() {
    String target = configuration().map(c -> c.get(DeploymentOptions.TARGET)).orElse("remote");
    if (!SESSIONS.contains(target)) {
      throw new IllegalStateException(
          "Expected epochflow's driver outside of Flink's JobManager, found deployment target '%s'"
                  .formatted(target)
              + ": a training is many jobs, of which an application cluster and the web page's"
              + " submit run the first alone. Use a session cluster and an attached flink run, or"
              + " epochflow with --runner=FlinkRunner --flinkMaster=HOST:PORT");
    }
  }
}
