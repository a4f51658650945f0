package org.epochflow.runners.flink;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.util.NetUtils;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a cluster, and which jars to send.
 *
 * @param value Flink's configuration
 * @param hosted whether {@code flink run} made it, with the jar on its command line
 */
record SessionConfiguration(Configuration value, boolean hosted) {
  private static final String OURS = "epochflow.jar";

  /** Reads {@code --flinkMaster}, or asks Flink if Flink runs this program. */
  static SessionConfiguration of(FlinkPipelineOptions options) throws FlinkClusterException {
    Optional<Configuration> hosts = HostedProgram.configuration();
    Configuration configuration = hosts.orElseGet(() -> fromOptions(options));
    if (hosts.isPresent() && !configuration.get(DeploymentOptions.ATTACHED)) {
      throw new FlinkClusterException(
          "Expected an attached submit, found flink run --detached: the driver starts job after job");
    }
    // Retries tells the user what it waits for; Flink's own retries are silent for a minute.
    configuration.set(RestOptions.RETRY_MAX_ATTEMPTS, 1);
    // As text: these are Durations since Flink 1.20, and numbers of milliseconds before.
    configuration.setString(RestOptions.RETRY_DELAY.key(), "1");
    configuration.setString(RestOptions.CONNECTION_TIMEOUT.key(), "3000");
    return new SessionConfiguration(configuration, hosts.isPresent());
  }

  private static Configuration fromOptions(FlinkPipelineOptions options) {
    @Nullable String folder = options.getFlinkConfDir();
    Configuration configuration =
        folder == null ? new Configuration() : GlobalConfiguration.loadConfiguration(folder);
    URL master = NetUtils.getCorrectHostnamePort(options.getFlinkMaster());
    configuration.set(DeploymentOptions.TARGET, "remote");
    configuration.set(DeploymentOptions.ATTACHED, true);
    configuration.set(JobManagerOptions.ADDRESS, master.getHost());
    configuration.set(JobManagerOptions.PORT, master.getPort());
    configuration.set(RestOptions.ADDRESS, master.getHost());
    configuration.set(RestOptions.PORT, master.getPort());
    return configuration;
  }

  /** Sends the jars on the command line, or this program's jar if the cluster lacks it. */
  void stageJars(FlinkPipelineOptions options, FlinkSession session) throws IOException {
    @Nullable List<String> typed = options.getFilesToStage();
    if (typed != null) {
      value.set(PipelineOptions.JARS, typed.stream().map(SessionConfiguration::uri).toList());
    } else if (!hosted && !session.has(OURS)) {
      value.set(PipelineOptions.JARS, List.of(uri(ownJar())));
    }
  }

  private static String ownJar() {
    try {
      return Path.of(
              SessionConfiguration.class
                  .getProtectionDomain()
                  .getCodeSource()
                  .getLocation()
                  .toURI())
          .toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String uri(String path) {
    return Path.of(path).toAbsolutePath().toUri().toString();
  }
}
