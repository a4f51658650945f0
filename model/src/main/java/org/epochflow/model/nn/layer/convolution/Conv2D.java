package org.epochflow.model.nn.layer.convolution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Computation;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.core.Sizes;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;

/**
 * Cross-correlation (no kernel flip): {@code y(i, j, o) = f(b(o) + sum_mnc x(s i + d m - p, s j + d
 * n - p, c) w(m, n, c, o))} with strides s, dilations d and padding p by {@link Window}, {@code w:
 * [height x width x in x filters]}, {@code b: [filters]}.
 *
 * <p>Example: {@code new Conv2D("conv2d", 32, 3, 3, Padding.SAME, Function.RELU)}.
 */
public record Conv2D(
    String name, int filters, Window window, Function activation, KernelAndBias weights)
    implements Layer {
  private static final String KERNEL = "kernel";

  public Conv2D {
    Sizes.requireAtLeastOne(name, "filters", filters);
    window.requireSizes(name);
    window.requireStridesOrDilation(name);
    weights.requireFit(name, 1, 4);
  }

  /** One of dense windows at every place, with all else as Keras has it by default. */
  public Conv2D(
      String name,
      int filters,
      int kernelHeight,
      int kernelWidth,
      Padding padding,
      Function activation) {
    this(
        name,
        filters,
        Window.of(kernelHeight, kernelWidth, padding),
        activation,
        KernelAndBias.STANDARD);
  }

  @Override
  public Shape output(Shape input) {
    return window.output(name, input, filters);
  }

  @Override
  public List<Variable> variables(Shape input) {
    return weights.variables(
        filters,
        weights.kernel(
            0, KERNEL, window.kernelHeight(), window.kernelWidth(), input.channels(), filters));
  }

  @Override
  public long multiplications(Shape input) {
    Shape output = output(input);
    long patch = (long) window.kernelHeight() * window.kernelWidth() * input.channels();
    return patch * filters * output.height() * output.width();
  }

  @Override
  public Regularizer activityRegularizer() {
    return weights.penalties().activity();
  }

  @Override
  public Layer withKernelL2(double l2) {
    return new Conv2D(name, filters, window, activation, weights.withKernelL2(l2));
  }

  @Override
  public Optional<Computation> fused(Layer next) {
    if (weights.takesOver(activation, next)) {
      return Optional.of(new Conv2D(name, filters, window, Function.RELU, weights));
    }
    boolean atOnce = activation == Function.LINEAR || activation == Function.RELU;
    return atOnce
            && activityRegularizer().isNone()
            && next instanceof MaxPooling2D pooling
            && pooling.quarters()
            && filters % PooledConv2D.FILTERS == 0
        ? Optional.of(new PooledConv2D(this, pooling))
        : Optional.empty();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    Shape output = output(input);
    BoundConvolution sums =
        new BoundConvolution(
            BoundConvolution.Kind.FULL,
            input,
            output,
            window.sizes(input, output, weights.useBias()),
            variables.get(0),
            activation);
    return KernelAndBias.bind(sums, activation, output);
  }

  @Override
  public void write(ObjectNode config) {
    config.put("filters", filters);
    window.write(config);
    config.put("groups", 1);
    weights.write(config, activation, true, KERNEL);
  }

  public static Conv2D read(JsonObject config) throws ModelFormatException {
    config.expect("groups", "1");
    return new Conv2D(
        config.text("name"),
        config.integer("filters"),
        Window.read(config),
        Function.read(config),
        KernelAndBias.read(config, KERNEL));
  }
}
