package org.epochflow.runners.option;

import org.epochflow.model.nn.layer.Presets;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The network to train. */
public final class ModelOptions {
  private static final int DEFAULT_CLASSES = 10;

  @Option(
      names = "--model",
      paramLabel = "NAME|FILE|RUN",
      description =
          "A preset (softmax, mlp, cnn), an architecture (a .json file as Keras's to_json writes"
              + " it), or a model to start from (a .keras file, or a run's folder)")
  public String model = "softmax";

  @Option(names = "--classes", description = "Number of classes; labels are 0 to one less")
  @Takes(atLeast = 2)
  public int classes = DEFAULT_CLASSES;

  @Option(
      names = "--pixels",
      description =
          "How pixels become inputs: divided by 255, as they are, or standardized, which is less"
              + " their mean and divided by their deviation, both of each channel of the training"
              + " images. The model keeps it")
  @Takes(
      words = {"0..1", "0..255", "standardized"},
      fallback = "as the model to start from has it, else 0..1")
  public @Nullable String pixels;

  @Option(names = "--dropout", description = "Share of values that a preset's dropout layers drop")
  @Takes(
      atLeast = 0,
      below = 1,
      fallback = Presets.MLP_DROPOUT + " for mlp, " + Presets.CNN_DROPOUT + " for cnn")
  public @Nullable Double dropout;

  @Option(names = "--padding", description = "Padding of the convolutions of the preset cnn")
  @Takes(words = {"valid", "same"})
  public String padding = "valid";

  @Option(
      names = "--filterMultiplier",
      description = "Factor for the number of filters (32, 64 and 128) of the preset cnn")
  @Takes(above = 0, atMost = 64)
  public double filterMultiplier = 1;
}
