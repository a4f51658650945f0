package org.epochflow.runners.request;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.model.format.ArchitectureJson;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.ClassNames;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.option.ModelOptions;
import org.epochflow.runners.option.UsageException;

/** What {@code --model} names, read. */
public final class Models {
  private Models() {}

  /** The architecture in a {@code .json} or {@code .keras} file, or in a run. */
  public static Architecture architecture(String path) throws IOException {
    return path.endsWith(".json")
        ? ArchitectureJson.read(new String(Storage.read(path), StandardCharsets.UTF_8), path)
        : TrainingRun.read(file(path)).architecture();
  }

  /** What the classes are called there: their labels where it does not say. */
  public static List<String> classNames(String path) throws IOException {
    return path.endsWith(".json")
        ? ClassNames.numbers(architecture(path).classes())
        : read(path).classNames();
  }

  /** The model that is named by its file or by its run. */
  public static SavedModel read(String path) throws IOException {
    return TrainingRun.read(file(path));
  }

  /** The file of a model that is named by itself or by its run. */
  public static String file(String path) throws IOException {
    RunFolder folder = new RunFolder(DataFolders.absolute(path));
    if (!folder.isRun()) {
      if (!path.contains("://") && Files.isDirectory(Path.of(path))) {
        throw new UsageException(
            "Expected --model to be a file or a run, found the folder " + path);
      }
      return DataFolders.absolute(path);
    } else if (!Storage.exists(folder.bestModel())) {
      throw new UsageException("Expected a run with a best model, found none yet: " + path);
    }
    return folder.bestModel();
  }

  /** Whether a model has weights to start from. */
  public static boolean isSaved(String model) {
    return !Presets.NAMES.contains(model) && !model.endsWith(".json");
  }

  /** How many classes the model that is to be trained has. */
  public static int classes(ModelOptions options) throws IOException {
    String model = options.model;
    return Presets.NAMES.contains(model) ? options.classes : architecture(model).classes();
  }
}
