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
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * A convolution of each channel by itself, with M filters of its own: {@code y(i, j, c M + k) = f(b
 * (c M + k) + sum_mn x(s i + d m - p, s j + d n - p, c) w(m, n, c, k))} with strides s, dilations d
 * and padding p by {@link Window}, {@code w: [height x width x in x M]}, {@code b: [in M]}.
 *
 * @param depthMultiplier M
 */
public record DepthwiseConv2D(
    String name, int depthMultiplier, Window window, Function activation, KernelAndBias weights)
    implements Layer {
  private static final String DEPTHWISE = "depthwise";

  public DepthwiseConv2D {
    Sizes.requireAtLeastOne(name, "depth_multiplier", depthMultiplier);
    window.requireSizes(name);
    weights.requireFit(name, 1, 4);
  }

  /** One without a function, with all else as Keras has it by default. */
  public DepthwiseConv2D(String name, int depthMultiplier, Window window) {
    this(name, depthMultiplier, window, Function.LINEAR, KernelAndBias.STANDARD);
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    return window.output(name, input, filters(depthMultiplier, input));
  }

  /** The filters of all channels. */
  static int filters(int depthMultiplier, Shape input) {
    return Shape.of(depthMultiplier, input.channels()).size();
  }

  @Override
  public List<Variable> variables(Shape input) {
    return weights.variables(
        output(input).channels(), kernel(weights, "kernel", window, input, depthMultiplier));
  }

  static Variable kernel(
      KernelAndBias weights, String name, Window window, Shape input, int depthMultiplier) {
    return weights.kernel(
        0, name, window.kernelHeight(), window.kernelWidth(), input.channels(), depthMultiplier);
  }

  @Override
  public long multiplications(Shape input) {
    return (long) window.kernelHeight() * window.kernelWidth() * output(input).size();
  }

  @Override
  public Regularizer activityRegularizer() {
    return weights.penalties().activity();
  }

  @Override
  public Layer withKernelL2(double l2) {
    return new DepthwiseConv2D(name, depthMultiplier, window, activation, weights.withKernelL2(l2));
  }

  @Override
  public Optional<Computation> fused(Layer next) {
    return weights.takesOver(activation, next)
        ? Optional.of(new DepthwiseConv2D(name, depthMultiplier, window, Function.RELU, weights))
        : Optional.empty();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    Shape output = output(input);
    BoundConvolution sums =
        new BoundConvolution(
            BoundConvolution.Kind.DEPTHWISE,
            input,
            output,
            window.sizes(input, output, weights.useBias()),
            variables.get(0),
            activation);
    return KernelAndBias.bind(sums, activation, output);
  }

  @Override
  public void write(ObjectNode config) {
    config.put("depth_multiplier", depthMultiplier);
    window.write(config);
    weights.write(config, activation, true, DEPTHWISE);
  }

  public static DepthwiseConv2D read(JsonObject config) throws ModelFormatException {
    config.expect("groups", "1");
    return new DepthwiseConv2D(
        config.text("name"),
        multiplier(config),
        Window.read(config),
        Function.read(config),
        KernelAndBias.read(config, DEPTHWISE));
  }

  static int multiplier(JsonObject config) throws ModelFormatException {
    return config.has("depth_multiplier") ? config.integer("depth_multiplier") : 1;
  }
}
