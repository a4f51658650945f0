package org.epochflow.runners.option;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Consumer;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.runners.mlflow.MlflowExperimentListener;
import org.epochflow.runners.mlflow.MlflowServer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where MLflow tracks runs. */
public final class MLflowOptions {
  private static final int LARGEST_PORT = 65535;

  @Option(
      names = "--mlflow",
      paramLabel = "URI",
      description =
          "MLflow server that gets settings, each epoch's figures, the run's files and the champion,"
              + " such as http://localhost:5000. What fails there affects neither result nor exit"
              + " code")
  @Takes(fallback = "none")
  public @Nullable String mlflow;

  @Option(
      names = "--mlflowExperiment",
      paramLabel = "NAME",
      description = "MLflow's experiment for the runs; it is made if there is none of the name")
  public String mlflowExperiment = "epochflow";

  /**
   * The server; empty if none is asked for.
   *
   * @param model the name of the registered model whose versions are champions
   * @throws UsageException if it is no address of one
   */
  public Optional<MlflowServer> server(String model) {
    if (mlflow == null) {
      return Optional.empty();
    }
    try {
      URI uri = new URI(mlflow);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      boolean bare =
          uri.getUserInfo() == null && uri.getQuery() == null && uri.getFragment() == null;
      if (web && uri.getHost() != null && uri.getPort() <= LARGEST_PORT && bare) {
        return Optional.of(new MlflowServer(uri, mlflowExperiment, model, System.getenv()));
      }
    } catch (URISyntaxException e) {
      // refused below
    }
    throw new UsageException(
        "Expected --mlflow to be the address of a server, such as http://localhost:5000, without a"
            + " name or password, found '%s'".formatted(mlflow.replaceFirst(".*@", "...@")));
  }

  /** Tracks an experiment there; null if that is not asked for. */
  public @Nullable MlflowExperimentListener tracking(
      ExperimentFolder folder, boolean resumes, Consumer<String> warnings) {
    return server("")
        .map(server -> new MlflowExperimentListener(server, folder, resumes, warnings))
        .orElse(null);
  }
}
