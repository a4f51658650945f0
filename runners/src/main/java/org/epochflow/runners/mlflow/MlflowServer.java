package org.epochflow.runners.mlflow;

import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * An MLflow server, and where things go on it.
 *
 * @param uri such as {@code http://localhost:5000}
 * @param experiment the name of the experiment that runs are in
 * @param model the name of the registered model whose versions are champions
 * @param environment has the credentials
 */
public record MlflowServer(
    URI uri, String experiment, String model, Map<String, String> environment) {
  public MlflowServer {
    environment = Map.copyOf(environment);
  }

  /**
   * Makes the model of a run that is tracked there the champion of the registered model.
   *
   * @param folder path of our run, absolute
   * @throws IOException if the server has no such run, or refuses
   */
  public void promote(String folder) throws IOException {
    MlflowRun.of(client(), experiment, folder)
        .orElseThrow(
            () -> new IOException("experiment %s has no run of %s".formatted(experiment, folder)))
        .registerChampion(model, Map.of());
  }

  MlflowClient client() {
    return new MlflowClient(uri, environment);
  }

  /** Without the credentials. */
  @Override
  public String toString() {
    return uri + " " + experiment + " " + model;
  }
}
