package org.epochflow.model.nn.layer.convolution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Computation;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * A depthwise convolution, then one of 1x1 over its channels: {@code y(i, j, o) = f(b(o) + sum_q
 * z(i, j, q) v(q, o))}, where z is a {@link DepthwiseConv2D} without bias and function, of {@code
 * w: [height x width x in x M]}, and {@code v: [1 x 1 x in M x filters]}, {@code b: [filters]}.
 *
 * @param depthMultiplier M
 */
public record SeparableConv2D(
    String name,
    int filters,
    int depthMultiplier,
    Window window,
    Function activation,
    KernelAndBias weights)
    implements Layer {
  private static final String DEPTHWISE = "depthwise";
  private static final String POINTWISE = "pointwise";
  private static final Window PLACE = Window.of(1, 1, Padding.VALID);

  public SeparableConv2D {
    Sizes.requireAtLeastOne(name, "filters", filters);
    Sizes.requireAtLeastOne(name, "depth_multiplier", depthMultiplier);
    window.requireSizes(name);
    weights.requireFit(name, 2, 4);
  }

  /** One of one filter a channel and without a function, all else as Keras has it by default. */
  public SeparableConv2D(String name, int filters, Window window) {
    this(
        name,
        filters,
        1,
        window,
        Function.LINEAR,
        new KernelAndBias(
            true,
            List.of(Initializer.GLOROT_UNIFORM, Initializer.GLOROT_UNIFORM),
            Initializer.ZEROS));
  }

  /** What the second convolution gets. */
  private Shape between(Shape input) {
    Sizes.requireImages(name, input);
    return window.output(name, input, DepthwiseConv2D.filters(depthMultiplier, input));
  }

  @Override
  public Shape output(Shape input) {
    return PLACE.output(name, between(input), filters);
  }

  @Override
  public List<Variable> variables(Shape input) {
    return weights.variables(
        filters,
        DepthwiseConv2D.kernel(weights, "depthwise_kernel", window, input, depthMultiplier),
        weights.kernel(1, "pointwise_kernel", 1, 1, between(input).channels(), filters));
  }

  @Override
  public long multiplications(Shape input) {
    Shape between = between(input);
    return ((long) window.kernelHeight() * window.kernelWidth() + filters) * between.size();
  }

  @Override
  public Regularizer activityRegularizer() {
    return weights.penalties().activity();
  }

  @Override
  public Layer withKernelL2(double l2) {
    return new SeparableConv2D(
        name, filters, depthMultiplier, window, activation, weights.withKernelL2(l2));
  }

  @Override
  public Optional<Computation> fused(Layer next) {
    return weights.takesOver(activation, next)
        ? Optional.of(
            new SeparableConv2D(name, filters, depthMultiplier, window, Function.RELU, weights))
        : Optional.empty();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    Shape between = between(input);
    Shape output = output(input);
    List<Operation> operations = new ArrayList<>();
    operations.add(
        new BoundConvolution(
            BoundConvolution.Kind.DEPTHWISE,
            input,
            between,
            window.sizes(input, between, false),
            variables.get(0),
            Function.LINEAR));
    BoundConvolution pointwise =
        new BoundConvolution(
            BoundConvolution.Kind.FULL,
            between,
            output,
            PLACE.sizes(between, output, weights.useBias()),
            variables.get(1),
            activation);
    operations.addAll(KernelAndBias.bind(pointwise, activation, output));
    return operations;
  }

  @Override
  public void write(ObjectNode config) {
    config.put("depth_multiplier", depthMultiplier).put("filters", filters);
    window.write(config);
    weights.write(config, activation, true, DEPTHWISE, POINTWISE);
  }

  public static SeparableConv2D read(JsonObject config) throws ModelFormatException {
    config.expect("groups", "1");
    return new SeparableConv2D(
        config.text("name"),
        config.integer("filters"),
        DepthwiseConv2D.multiplier(config),
        Window.read(config),
        Function.read(config),
        KernelAndBias.read(config, DEPTHWISE, POINTWISE));
  }
}
