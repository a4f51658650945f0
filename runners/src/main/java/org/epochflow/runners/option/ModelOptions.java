package org.epochflow.runners.option;

import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
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
      names = "--weights",
      paramLabel = "FILE",
      description =
          "Weights to start from, for an architecture of --model=FILE.json: an .h5 file as Keras's"
              + " save_weights writes it")
  public @Nullable String weights;

  @Option(
      names = "--freeze",
      paramLabel = "PATTERN",
      description =
          "Layers that do not train, by their names: patterns with * such as 'conv2d*', separated by"
              + " commas")
  public @Nullable String freeze;

  @Option(
      names = "--newHead",
      description =
          "Draw the parameters of the model's last Dense layer anew, with an output for each of"
              + " --classes")
  public boolean newHead;

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

  @Option(
      names = "--l2",
      description =
          "Factor of the sum of squares of all kernels of dense layers and convolutions, which is"
              + " added to the loss. The model keeps it")
  @Takes(atLeast = 0, fallback = "as the model has it; a preset has none")
  public @Nullable Double l2;

  @Option(names = "--padding", description = "Padding of the convolutions of the preset cnn")
  @Takes(words = {"valid", "same"})
  public String padding = "valid";

  @Option(
      names = "--filterMultiplier",
      description = "Factor for the number of filters (32, 64 and 128) of the preset cnn")
  @Takes(above = 0, atMost = 64)
  public double filterMultiplier = 1;

  @Option(
      names = "--augment",
      paramLabel = "CHANGES",
      converter = Augmented.class,
      description =
          "How training changes each image anew in every epoch, in this order, with commas or plus"
              + " signs between. flip: one image in two is mirrored left to right; flip=vertical"
              + " top to bottom; flip=both each way. translate=F: moved by up to F of its height and"
              + " of its width. rotate=D: turned by up to D degrees either way. zoom=F: made smaller"
              + " or larger by up to F. crop=N: moved by up to N whole pixels each way, as if padded"
              + " by N and cropped. contrast=F, brightness=F: changed by up to F either way."
              + " erase=P: a rectangle of it becomes noise, with probability P. What comes in from"
              + " outside is black. The changes are layers of the model and act in training alone;"
              + " none removes them from a model to start from")
  public Augment augment = Augment.NONE;

  /** Reads what {@link Rule} has checked, or will refuse. */
  public static final class Augmented implements ITypeConverter<Augment> {
    @Override
    public Augment convert(String value) {
      return Augment.parse(value);
    }
  }
}
