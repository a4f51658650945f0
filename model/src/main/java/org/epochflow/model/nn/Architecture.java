package org.epochflow.model.nn;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A sequential classifier: the shape of its input and its layers, checked against each other.
 *
 * <p>Its parameters lie in one flat vector, layer by layer, a layer's kernel before its bias, each
 * row-major. The last layer's function is softmax, whose width is the number of classes.
 *
 * @param name Keras's model name
 * @param input the shape of one example: {@code (784,)} or {@code (28, 28, 1)}
 */
public record Architecture(String name, Shape input, List<Layer> layers) implements Serializable {
  public Architecture {
    layers = List.copyOf(layers);
    requireCountable(input, layers);
    Set<String> names = new HashSet<>();
    Shape shape = input;
    for (Layer layer : layers) {
      if (!names.add(layer.name())) {
        throw new ArchitectureException("Expected one layer of a name, found two: " + layer.name());
      }
      shape = layer.output(shape);
    }
    softmaxLastAlone(layers);
    if (shape.dimensions().size() != 1) {
      throw new ArchitectureException(
          "Expected one probability per class as output, found shape " + shape);
    }
  }

  /** Refuses sizes that an int cannot count. */
  private static void requireCountable(Shape input, List<Layer> layers) {
    long parameters = 0;
    Shape shape = input;
    try {
      for (Layer layer : layers) {
        Shape output = layer.output(shape);
        List<Integer> kernel = layer.kernel(shape);
        shape = output;
        int weights = kernel.isEmpty() ? 0 : kernel.stream().reduce(1, Math::multiplyExact);
        parameters += kernel.isEmpty() ? 0 : weights + (long) kernel.get(kernel.size() - 1);
        Math.toIntExact(Math.max(parameters, shape.size()));
      }
    } catch (ArithmeticException e) {
      throw new ArchitectureException(
          "Expected fewer than 2^31 parameters and values a layer, found more");
    }
  }

  private static void softmaxLastAlone(List<Layer> layers) {
    for (int i = 0; i < layers.size(); i++) {
      boolean softmax = function(layers.get(i)) == Layer.Function.SOFTMAX;
      if (softmax != (i == layers.size() - 1)) {
        throw new ArchitectureException(
            softmax
                ? "Layer %s: softmax is for the last layer alone".formatted(layers.get(i).name())
                : "Expected softmax as the last layer's activation");
      }
    }
    if (layers.isEmpty()) {
      throw new ArchitectureException("Expected at least one layer");
    }
  }

  private static Layer.Function function(Layer layer) {
    if (layer instanceof Layer.Dense dense) {
      return dense.activation();
    } else if (layer instanceof Layer.Conv2D conv) {
      return conv.activation();
    } else if (layer instanceof Layer.Activation activation) {
      return activation.function();
    }
    return Layer.Function.LINEAR;
  }

  /** What goes into each layer, and last what comes out: one more than there are layers. */
  public List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>(List.of(input));
    for (Layer layer : layers) {
      shapes.add(layer.output(shapes.get(shapes.size() - 1)));
    }
    return shapes;
  }

  /** Each layer's variables (kernel, bias), empty for a layer without. */
  public List<List<Variable>> variables() {
    List<List<Variable>> all = new ArrayList<>();
    List<Shape> shapes = shapes();
    int offset = 0;
    for (int i = 0; i < layers.size(); i++) {
      List<Integer> kernel = layers.get(i).kernel(shapes.get(i));
      if (kernel.isEmpty()) {
        all.add(List.of());
        continue;
      }
      Variable weights = new Variable("kernel", kernel, offset);
      Variable bias = new Variable("bias", List.of(kernel.get(kernel.size() - 1)), weights.end());
      all.add(List.of(weights, bias));
      offset = bias.end();
    }
    return all;
  }

  /** The length of the flat vector of parameters. */
  public int parameterCount() {
    return variables().stream().flatMap(List::stream).mapToInt(Variable::size).sum();
  }

  /** The multiplications of one example's forward pass. */
  public long multiplications() {
    List<Shape> shapes = shapes();
    long sum = 0;
    for (int i = 0; i < layers.size(); i++) {
      List<Integer> kernel = layers.get(i).kernel(shapes.get(i));
      Shape output = shapes.get(i + 1);
      long weights = kernel.isEmpty() ? 0 : kernel.stream().reduce(1, Math::multiplyExact);
      sum += output.isImage() ? weights * output.height() * output.width() : weights;
    }
    return sum;
  }

  public int classes() {
    return shapes().get(layers.size()).size();
  }
}
