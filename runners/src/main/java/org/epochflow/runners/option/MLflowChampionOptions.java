package org.epochflow.runners.option;

import java.util.Optional;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.mlflow.MlflowServer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What a registry's champion is in MLflow. */
public final class MLflowChampionOptions {
  @Mixin final MLflowOptions mlflow = new MLflowOptions();

  @Option(
      names = "--mlflowModel",
      paramLabel = "NAME",
      description =
          "MLflow's registered model whose alias champion is the registry's champion; a version"
              + " that becomes it is registered")
  @Takes(fallback = "the name of the registry's folder")
  public @Nullable String mlflowModel;

  /**
   * The server; empty if none is asked for.
   *
   * @param registry path of its folder, absolute
   * @throws UsageException if it is no address of one
   */
  public Optional<MlflowServer> server(String registry) {
    return mlflow.server(mlflowModel == null ? Storage.name(registry) : mlflowModel);
  }
}
