package org.epochflow.model.nn.layer;

import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.pooling.AveragePooling2D;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.pooling.Windows;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.reshaping.Flatten;

/** Networks for images of any size and any number of classes. */
public final class Presets {
  public static final double MLP_DROPOUT = 0.25;
  public static final double CNN_DROPOUT = 0.2;
  private static final Windows HALF = new Windows(2, 2, 2, 2, Padding.VALID);

  private Presets() {}

  /** Dense, softmax: a linear classifier. 7,850 parameters for 28x28 images of 10 classes. */
  public static Architecture softmax(Shape image, int classes) {
    return new Architecture(
        "softmax",
        Shape.of(image.size()),
        List.of(new Dense("dense", classes, Function.LINEAR), softmaxLayer("activation")));
  }

  /** Dense 200, 100, 60, 30, each relu and dropout; Dense, softmax. 185,300 parameters. */
  public static Architecture mlp(Shape image, int classes, double dropout) {
    List<Layer> layers = new ArrayList<>();
    int[] units = {200, 100, 60, 30};
    for (int i = 0; i < units.length; i++) {
      String suffix = i == 0 ? "" : "_" + i;
      layers.add(new Dense("dense" + suffix, units[i], Function.LINEAR));
      layers.add(new Activation("activation" + suffix, Function.RELU));
      layers.add(new Dropout("dropout" + suffix, dropout));
    }
    layers.add(new Dense("dense_4", classes, Function.LINEAR));
    layers.add(softmaxLayer("activation_4"));
    return new Architecture("mlp", Shape.of(image.size()), layers);
  }

  /**
   * Three 3x3 convolutions of {@code 32x, 64x, 128x} filters with relu, the first two pooled 2x2,
   * Dense 512 relu, dropout, Dense, softmax. 688,138 parameters with {@code VALID}, 3,309,578 with
   * {@code SAME}, at a multiplier x of 1.
   */
  public static Architecture cnn(
      Shape image, int classes, double dropout, Padding padding, double filterMultiplier) {
    int[] filters = new int[3];
    for (int i = 0; i < 3; i++) {
      filters[i] =
          Math.max(1, (int) Math.min(Integer.MAX_VALUE, Math.round((32 << i) * filterMultiplier)));
    }
    return new Architecture(
        "cnn",
        image,
        List.of(
            new Conv2D("conv2d", filters[0], 3, 3, padding, Function.RELU),
            new MaxPooling2D("max_pooling2d", 2, 2, 2, 2),
            new Conv2D("conv2d_1", filters[1], 3, 3, padding, Function.RELU),
            new MaxPooling2D("max_pooling2d_1", 2, 2, 2, 2),
            new Conv2D("conv2d_2", filters[2], 3, 3, padding, Function.RELU),
            new Flatten("flatten"),
            new Dense("dense", 512, Function.LINEAR),
            new Activation("activation", Function.RELU),
            new Dropout("dropout", dropout),
            new Dense("dense_1", classes, Function.LINEAR),
            softmaxLayer("activation_1")));
  }

  /**
   * LeNet-5 as it is written today (LeCun et al., 1998): two 5x5 convolutions of 6 and 16 filters
   * with tanh, each averaged 2x2, the first one {@code SAME}; Dense 120 and 84 tanh; Dense,
   * softmax. 61,706 parameters.
   */
  public static Architecture lenet(Shape image, int classes) {
    return new Architecture(
        "lenet",
        image,
        List.of(
            new Conv2D("conv2d", 6, 5, 5, Padding.SAME, Function.TANH),
            new AveragePooling2D("average_pooling2d", HALF),
            new Conv2D("conv2d_1", 16, 5, 5, Padding.VALID, Function.TANH),
            new AveragePooling2D("average_pooling2d_1", HALF),
            new Flatten("flatten"),
            new Dense("dense", 120, Function.TANH),
            new Dense("dense_1", 84, Function.TANH),
            new Dense("dense_2", classes, Function.SOFTMAX)));
  }

  /**
   * A small residual network with batch normalization: a 3x3 convolution, blocks of 32, 64 and 128
   * filters that each halve height and width, the mean of each channel, Dense, softmax. 305,242
   * parameters.
   */
  public static Architecture resnet(Shape image, int classes) {
    return ResNet.of(image, classes);
  }

  /**
   * A small network that is accurate after few epochs: 3x3 convolutions of 16, 32 and 64 filters
   * with batch normalization and relu, the first two pooled 2x2 before they are normalised, which
   * costs a quarter; Dense, softmax. 55,002 parameters.
   */
  public static Architecture fast(Shape image, int classes) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      String suffix = i == 0 ? "" : "_" + i;
      layers.add(
          new Conv2D(
              "conv2d" + suffix,
              16 << i,
              Window.of(3, 3, Padding.SAME),
              Function.LINEAR,
              KernelAndBias.STANDARD.withoutBias()));
      if (i < 2) {
        layers.add(new MaxPooling2D("max_pooling2d" + suffix, 2, 2, 2, 2));
      }
      layers.add(new BatchNormalization("batch_normalization" + suffix, ResNet.MOMENTUM));
      layers.add(new Activation("activation" + suffix, Function.RELU));
    }
    layers.add(new Flatten("flatten"));
    layers.add(new Dense("dense", classes, Function.SOFTMAX));
    return new Architecture("fast", image, layers);
  }

  private static Layer softmaxLayer(String name) {
    return new Activation(name, Function.SOFTMAX);
  }
}
