package org.epochflow.runners.request;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Padding;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.ClassNames;
import org.epochflow.runners.option.ModelOptions;
import org.epochflow.runners.option.Nearest;
import org.epochflow.runners.option.UsageException;
import org.jspecify.annotations.Nullable;

/** Turns the model's options into a network for the images at hand. */
record Networks(ModelOptions options, Set<String> given, ModelFiles files) {
  static final Set<String> SHAPING = Set.of("dropout", "padding", "filterMultiplier");
  private static final Shape ANY_IMAGE = Shape.of(28, 28);
  private static final Map<String, Set<String>> OF_PRESET =
      Map.of("softmax", Set.of(), "mlp", Set.of("dropout"), "cnn", SHAPING);

  /**
   * The network that {@code --model} names.
   *
   * @param image {@code (height, width)} or {@code (height, width, channels)}
   * @throws UsageException where there is none of the name, or it does not fit
   */
  Architecture forImages(Shape image) throws IOException {
    requireNamed();
    String model = options.model;
    return Presets.NAMES.contains(model) ? preset(model, image) : read(model, image);
  }

  /** The network that {@code --model} names, a preset for images of a size that fits each. */
  Architecture forAnyImages() throws IOException {
    String model = options.model;
    return Presets.NAMES.contains(model) ? preset(model, ANY_IMAGE) : files.architecture(model);
  }

  /** What {@code --model} calls its classes: their labels where it does not say. */
  List<String> classNames() throws IOException {
    String model = options.model;
    return Presets.NAMES.contains(model)
        ? ClassNames.numbers(options.classes)
        : files.classNames(model);
  }

  /** A preset, shaped by the options that it has. */
  Architecture preset(String name, Shape image) {
    int classes = options.classes;
    return switch (name) {
      case "softmax" -> Presets.softmax(image, classes);
      case "mlp" -> Presets.mlp(image, classes, dropout(Presets.MLP_DROPOUT));
      case "cnn" ->
          Presets.cnn(
              withChannels(image),
              classes,
              dropout(Presets.CNN_DROPOUT),
              Padding.valueOf(options.padding.toUpperCase(Locale.ROOT)),
              options.filterMultiplier);
      default -> throw new IllegalArgumentException("Expected a preset, found " + name);
    };
  }

  private double dropout(double ofPreset) {
    @Nullable Double dropout = options.dropout;
    return dropout == null ? ofPreset : dropout;
  }

  /** Refuses what can be refused before the data is read. */
  void requireNamed() {
    String model = options.model;
    requireNoOthers(model, OF_PRESET.getOrDefault(model, Set.of()));
    if (!Presets.NAMES.contains(model)
        && !model.matches(".*[/.].*")
        && !Files.exists(Path.of(model))) {
      throw new UsageException(
          "Expected --model to be one of %s, or a file or a run, found %s%s"
              .formatted(
                  String.join(", ", Presets.NAMES), model, Nearest.question(model, Presets.NAMES)));
    }
  }

  private Architecture read(String model, Shape image) throws IOException {
    Architecture network = files.architecture(model);
    requireFit(model, network, withChannels(image));
    return network;
  }

  private void requireFit(String model, Architecture network, Shape image) {
    boolean fits =
        network.input().isImage()
            ? network.input().equals(image)
            : network.input().size() == image.size();
    if (!fits) {
      throw new UsageException(
          "Expected images that fit --model=%s, whose input is %s, found images of %s"
              .formatted(model, network.input(), image));
    }
    if (given.contains("classes") && options.classes != network.classes()) {
      throw new UsageException(
          "Expected --classes=%d, as --model=%s has, found --classes=%d"
              .formatted(network.classes(), model, options.classes));
    }
  }

  private void requireNoOthers(String model, Set<String> taken) {
    Set<String> idle = new TreeSet<>(SHAPING);
    idle.removeAll(taken);
    idle.retainAll(given);
    if (!idle.isEmpty()) {
      throw new UsageException(
          "--%s %s nothing to --model=%s"
              .formatted(String.join(" and --", idle), idle.size() == 1 ? "does" : "do", model));
    }
  }

  private static Shape withChannels(Shape image) {
    return image.dimensions().size() == 2 ? Shape.of(image.height(), image.width(), 1) : image;
  }
}
