package org.epochflow.runners.request;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.epochflow.model.format.ArchitectureJson;
import org.epochflow.model.format.H5File;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.pipeline.run.StartingModel;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.option.ModelOptions;
import org.epochflow.runners.option.Nearest;
import org.epochflow.runners.option.UsageException;

/** What {@code --model} names: reads each file once. Not thread-safe. */
public final class Models {
  private final Map<String, StartingModel> read = new HashMap<>();

  /**
   * The network that a training starts with.
   *
   * @param given the names of the options that were given
   * @throws UsageException if there is none of the name, or an option does not fit it
   */
  public StartingModel starting(ModelOptions options, Set<String> given) throws IOException {
    StartingModel start = named(options, given);
    start = options.freeze == null ? start : start.freezing(Frozen.by(options.freeze)::in);
    start = options.l2 == null ? start : regularized(start, options.l2);
    return given.contains("augment") ? augmented(start, options.augment) : start;
  }

  private static StartingModel regularized(StartingModel start, double l2) {
    return new StartingModel(
        start.name(),
        start.classes(),
        start.network().andThen(network -> network.withKernelL2(l2)),
        start.saved(),
        start.newHead());
  }

  private static StartingModel augmented(StartingModel start, Augment augment) {
    return new StartingModel(
        start.name(),
        start.classes(),
        (image, pixels) ->
            augment.inFrontOf(start.network().apply(image, pixels), image, Augment.inputs(pixels)),
        start.saved(),
        start.newHead());
  }

  private StartingModel named(ModelOptions options, Set<String> given) throws IOException {
    String model = options.model;
    requireNamed(model, given);
    refuse(
        options.weights != null && !model.endsWith(".json"),
        "--weights needs --model=FILE.json, the architecture it belongs to");
    String name = "--model=" + model;
    Optional<Preset> preset = Preset.named(model);
    if (preset.isPresent()) {
      refuse(options.newHead, "--newHead needs a model to start from");
      Function<Shape, Architecture> network = preset.get().network(options);
      return new StartingModel(
          name, options.classes, (image, pixels) -> network.apply(image), Optional.empty(), false);
    }
    StartingModel start = read.get(model);
    if (start == null && options.weights != null) {
      start = weights(model, options.weights, name);
      read.put(model, start);
    } else if (start == null) {
      start = model.endsWith(".json") ? architecture(model, name) : saved(model, name);
      read.put(model, start);
    }
    if (options.newHead) {
      refuse(start.saved().isEmpty(), "--newHead needs a model to start from");
      return start.withNewHead(given.contains("classes") ? options.classes : start.classes());
    }
    if (given.contains("classes") && options.classes != start.classes()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Expected --classes=%d, as --model=%s has, found --classes=%d%s",
              start.classes(),
              model,
              options.classes,
              start.saved().isPresent() ? "; for other classes add --newHead" : ""));
    }
    return start;
  }

  private static void refuse(boolean fault, String message) {
    if (fault) {
      throw new UsageException(message);
    }
  }

  private static StartingModel architecture(String path, String name) throws IOException {
    String text = Texts.read(path);
    Architecture network = ArchitectureJson.read(text, path);
    return new StartingModel(
        name, network.classes(), (image, pixels) -> network, Optional.empty(), false);
  }

  private static StartingModel weights(String path, String weights, String name)
      throws IOException {
    String file = Location.absolute(weights);
    try (InputStream in = Storage.stream(file)) {
      return start(name, H5File.readWeights(Texts.read(path), path, in, weights));
    }
  }

  private static StartingModel saved(String path, String name) throws IOException {
    return start(name, read(path));
  }

  private static StartingModel start(String name, SavedModel model) {
    Architecture network = model.architecture();
    return new StartingModel(
        name, network.classes(), (image, pixels) -> network, Optional.of(model), false);
  }

  /** The model that is named by its file or by its run. */
  public static SavedModel read(String path) throws IOException {
    return ModelFile.read(file(path));
  }

  /** The file of a model that is named by itself or by its run. */
  public static String file(String path) throws IOException {
    RunFolder folder = new RunFolder(Location.absolute(path));
    if (!folder.isRun()) {
      if (Location.isLocal(path) && Files.isDirectory(Path.of(folder.path()))) {
        throw new UsageException(
            "Expected --model to be a file or a run, found the folder " + path);
      }
      return Location.absolute(path);
    } else if (!Storage.exists(folder.bestModel())) {
      throw new UsageException("Expected a run with a best model, found none yet: " + path);
    }
    return folder.bestModel();
  }

  private static void requireNamed(String model, Set<String> given) {
    Optional<Preset> preset = Preset.named(model);
    Set<String> idle = new TreeSet<>();
    Arrays.stream(Preset.values()).map(Preset::options).forEach(idle::addAll);
    idle.removeAll(preset.map(Preset::options).orElse(Set.of()));
    idle.retainAll(given);
    if (!idle.isEmpty()) {
      throw new UsageException(
          "--%s %s nothing to --model=%s"
              .formatted(String.join(" and --", idle), idle.size() == 1 ? "does" : "do", model));
    } else if (preset.isEmpty() && !model.matches(".*[/.].*") && !Files.exists(Path.of(model))) {
      throw new UsageException(
          "Expected --model to be one of %s, or a file or a run, found %s%s"
              .formatted(
                  String.join(", ", Preset.NAMES), model, Nearest.question(model, Preset.NAMES)));
    }
  }
}
