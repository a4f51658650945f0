package org.epochflow.model.nn.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.merging.Add;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.pooling.GlobalAveragePooling2D;

/**
 * A small residual network (He et al., 2015, "Deep Residual Learning for Image Recognition").
 *
 * <p>A 3x3 convolution, residual blocks of 32, 64 and 128 filters that each halve height and width,
 * the mean of each channel, Dense, softmax. A block is {@code
 * relu(batchnorm(conv3x3(relu(batchnorm( conv3x3(x))))) + batchnorm(conv1x1(x)))}; its first 3x3
 * and its 1x1 convolution have stride 2. No convolution has a bias, since batch normalization has
 * one.
 */
final class ResNet {
  private static final int STEM = 16;
  private static final int[] FILTERS = {32, 64, 128};

  /** Few steps make an epoch of small data, so moving statistics must follow soon. */
  static final double MOMENTUM = 0.9;

  private static final KernelAndBias HE_NORMAL =
      new KernelAndBias(
          false,
          List.of(
              new Initializer(
                  "HeNormal", Initializer.Law.TRUNCATED_NORMAL, Initializer.Fan.IN, 2, 0)),
          Initializer.ZEROS);

  private final List<Layer> layers = new ArrayList<>();
  private final List<List<Integer>> inputs = new ArrayList<>();

  private ResNet() {}

  /** The network for images of any size; 305,242 parameters for one channel and 10 classes. */
  static Architecture of(Shape image, int classes) {
    ResNet network = new ResNet();
    int x = network.relu(network.convolution(0, STEM, 3, 1));
    for (int filters : FILTERS) {
      int y = network.relu(network.convolution(x, filters, 3, 2));
      y = network.convolution(y, filters, 3, 1);
      int shortcut = network.convolution(x, filters, 1, 2);
      x = network.relu(network.add(new Add(network.name("add")), y, shortcut));
    }
    x = network.add(new GlobalAveragePooling2D(network.name("global_average_pooling2d"), false), x);
    network.add(new Dense(network.name("dense"), classes, Function.SOFTMAX), x);
    return new Architecture("resnet", image, network.layers, network.inputs, new TreeSet<>());
  }

  /** A convolution and its batch normalization. */
  private int convolution(int x, int filters, int kernel, int stride) {
    Window window = new Window(kernel, kernel, stride, stride, 1, 1, Padding.SAME);
    int y = add(new Conv2D(name("conv2d"), filters, window, Function.LINEAR, HE_NORMAL), x);
    return add(new BatchNormalization(name("batch_normalization"), MOMENTUM), y);
  }

  private int relu(int x) {
    return add(new Activation(name("activation"), Function.RELU), x);
  }

  /** Adds a layer after others; its number is what later ones take. */
  private int add(Layer layer, Integer... from) {
    layers.add(layer);
    inputs.add(List.of(from));
    return layers.size();
  }

  /** Keras's default name of a layer: {@code conv2d}, {@code conv2d_1}. */
  private String name(String type) {
    long before = layers.stream().filter(l -> l.name().matches(type + "(_\\d+)?")).count();
    return before == 0 ? type : type + "_" + before;
  }
}
