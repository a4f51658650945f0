package org.epochflow.model.nn.layer.convolution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * Cross-correlation with stride 1 (no kernel flip): {@code y(i, j, o) = f(b(o) + sum_mnc x(i + m, j
 * + n, c) w(m, n, c, o))}, {@code w: [height x width x in x filters]}, {@code b: [filters]}. {@code
 * SAME} pads with {@code (k - 1) / 2} zeros on each side, so the kernel's sides are odd.
 */
public record Conv2D(
    String name,
    int filters,
    int kernelHeight,
    int kernelWidth,
    Padding padding,
    Function activation)
    implements Layer {
  public Conv2D {
    Sizes.requireAtLeastOne(name, "filters", filters);
    if (kernelHeight < 1 || kernelWidth < 1 || kernelHeight % 2 == 0 || kernelWidth % 2 == 0) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected an odd kernel size, found (%d, %d)",
              name,
              kernelHeight,
              kernelWidth));
    }
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    int height = input.height();
    int width = input.width();
    if (padding == Padding.VALID) {
      Sizes.requireRoom(name, kernelHeight, kernelWidth, input);
      height -= kernelHeight - 1;
      width -= kernelWidth - 1;
    }
    List<Integer> patch = List.of(kernelHeight, kernelWidth, input.channels());
    Sizes.requireCountable(name, List.of(height, width), patch);
    return Shape.of(height, width, filters);
  }

  @Override
  public List<Variable> variables(Shape input) {
    return KernelAndBias.variables(kernelHeight, kernelWidth, input.channels(), filters);
  }

  @Override
  public long multiplications(Shape input) {
    Shape output = output(input);
    long patch = (long) kernelHeight * kernelWidth * input.channels();
    return patch * filters * output.height() * output.width();
  }

  @Override
  public boolean endsInSoftmax() {
    return activation == Function.SOFTMAX;
  }

  @Override
  public Optional<Layer> fused(Layer next) {
    return KernelAndBias.takesOver(activation, next)
        ? Optional.of(new Conv2D(name, filters, kernelHeight, kernelWidth, padding, Function.RELU))
        : Optional.empty();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    Shape output = output(input);
    Bound sums = new Bound(input, output, variables, this);
    return KernelAndBias.bind(sums, activation, output);
  }

  @Override
  public void write(ObjectNode config) {
    config.put("filters", filters);
    config.set("kernel_size", KerasJson.pair(kernelHeight, kernelWidth));
    config.set("strides", KerasJson.pair(1, 1));
    config.put("padding", JsonObject.spell(padding)).put("data_format", "channels_last");
    config.set("dilation_rate", KerasJson.pair(1, 1));
    config.put("groups", 1);
    KernelAndBias.write(config, activation, "activity_regularizer");
  }

  public static Conv2D read(JsonObject config) throws ModelFormatException {
    Function function = KernelAndBias.read(config);
    config.expect("strides", "[1,1]", "1");
    config.expect("dilation_rate", "[1,1]", "1");
    config.expect("groups", "1");
    config.expect("data_format", "\"channels_last\"", "null");
    int[] kernel = config.pair("kernel_size");
    Padding padding = config.constant("padding", Padding.values());
    int filters = config.integer("filters");
    return new Conv2D(config.text("name"), filters, kernel[0], kernel[1], padding, function);
  }

  private static final class Bound extends KernelAndBias.Sums {
    private final Convolution sizes;

    Bound(Shape input, Shape output, List<Variable> variables, Conv2D layer) {
      super(input, output, variables, layer.activation);
      boolean same = layer.padding == Padding.SAME;
      sizes =
          new Convolution(
              input.height(),
              input.width(),
              input.channels(),
              layer.kernelHeight,
              layer.kernelWidth,
              same ? layer.kernelHeight / 2 : 0,
              same ? layer.kernelWidth / 2 : 0,
              output.height(),
              output.width(),
              layer.filters);
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      pass.kernels().convolve(sizes, x, pass.w(), at, relu, y);
      pass.wroteExamples();
      return y;
    }

    @Override
    protected FMatrixRMaj inputGradient(Pass pass, FMatrixRMaj dy) {
      pass.readsExamples();
      pass.kernels().convolveInputGradient(sizes, dy, pass.w(), at, dx);
      pass.wroteExamples();
      return dx;
    }

    @Override
    public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      pass.kernels().convolveGradient(sizes, x, dy, pass.gradient(), at);
    }
  }
}
