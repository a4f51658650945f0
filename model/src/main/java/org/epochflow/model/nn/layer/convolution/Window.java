package org.epochflow.model.nn.layer.convolution;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * The windows of a convolution, as Keras has them. Along a side of {@code n} inputs, with a kernel
 * of {@code k}, a stride {@code s} and a dilation {@code d}, a window is {@code K = (k - 1) d + 1}
 * wide.
 *
 * <p>{@code VALID} has {@code floor((n - K) / s) + 1} of them, all inside. {@code SAME} has {@code
 * ceil(n / s)}, with as many zeros around the input as they need: of {@code (ceil(n / s) - 1) s + K
 * - n} the half, rounded down, before it.
 *
 * <p>Example: {@code new Window(3, 3, 2, 2, 1, 1, Padding.SAME)} halves the image.
 *
 * @param strideHeight how far apart windows begin; likewise {@code strideWidth}
 * @param dilationHeight how far apart the inputs of a window are; likewise {@code dilationWidth}
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    Padding padding)
    implements Serializable {
  /** What kernels may add to channels, to fill their vectors. */
  private static final int LANES = 16;

  /** Dense windows at every place. */
  public static Window of(int kernelHeight, int kernelWidth, Padding padding) {
    return new Window(kernelHeight, kernelWidth, 1, 1, 1, 1, padding);
  }

  /** Refuses sizes below 1. */
  void requireSizes(String layer) {
    Sizes.requireAtLeastOne(layer, "kernel_size", Math.min(kernelHeight, kernelWidth));
    Sizes.requireAtLeastOne(layer, "strides", Math.min(strideHeight, strideWidth));
    Sizes.requireAtLeastOne(layer, "dilation_rate", Math.min(dilationHeight, dilationWidth));
  }

  /** Refuses strides with dilation, as Keras does for all but depthwise convolutions. */
  void requireStridesOrDilation(String layer) {
    if (Math.max(strideHeight, strideWidth) > 1 && Math.max(dilationHeight, dilationWidth) > 1) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected strides or a dilation_rate above 1, found both, (%d, %d) and"
                  + " (%d, %d)",
              layer,
              strideHeight,
              strideWidth,
              dilationHeight,
              dilationWidth));
    }
  }

  /** The shape of so many filters' outputs, for an input that has room for a window. */
  Shape output(String layer, Shape input, int filters) {
    Sizes.requireImages(layer, input);
    long height = span(kernelHeight, dilationHeight);
    long width = span(kernelWidth, dilationWidth);
    if (padding == Padding.VALID) {
      Sizes.requireRoom(layer, height, width, input);
    }
    Shape output =
        Shape.of(
            count(input.height(), height, strideHeight),
            count(input.width(), width, strideWidth),
            filters);
    requireCountable(layer, input, output);
    return output;
  }

  /** Refuses patches, or an image with its zeros, that an array cannot hold. */
  private void requireCountable(String layer, Shape input, Shape output) {
    List<Integer> places = List.of(output.height(), output.width());
    Sizes.requireCountable(layer, places, List.of(kernelHeight, kernelWidth, input.channels()));
    int channels = Math.max(input.channels(), output.channels());
    BigInteger values =
        reach(input.height(), output.height(), kernelHeight, strideHeight, dilationHeight)
            .multiply(reach(input.width(), output.width(), kernelWidth, strideWidth, dilationWidth))
            .multiply(BigInteger.valueOf(channels).add(BigInteger.valueOf(LANES)));
    if (values.bitLength() >= Integer.SIZE) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected at most %d values in an image with its zeros, found %d",
              layer,
              Integer.MAX_VALUE,
              values));
    }
  }

  /** At least the inputs along a side with all zeros that windows or their gradients read. */
  private static BigInteger reach(int size, int count, int kernel, int stride, int dilation) {
    return BigInteger.valueOf(count)
        .multiply(BigInteger.valueOf(stride))
        .max(BigInteger.valueOf(size))
        .add(BigInteger.valueOf(kernel).multiply(BigInteger.valueOf(dilation)));
  }

  private static long span(int kernel, int dilation) {
    return (kernel - 1L) * dilation + 1;
  }

  private int count(int size, long span, int stride) {
    long begins = padding == Padding.SAME ? size : size - span + 1;
    return (int) ((begins + stride - 1) / stride);
  }

  /** The zeros before the first input along a side. */
  private int before(int size, long span, int stride, int count) {
    return padding == Padding.VALID
        ? 0
        : (int) (Math.max(0, (count - 1L) * stride + span - size) / 2);
  }

  /** The sizes for the kernels. */
  Convolution sizes(Shape input, Shape output, boolean biased) {
    return new Convolution(
        input.height(),
        input.width(),
        input.channels(),
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        before(input.height(), span(kernelHeight, dilationHeight), strideHeight, output.height()),
        before(input.width(), span(kernelWidth, dilationWidth), strideWidth, output.width()),
        output.height(),
        output.width(),
        output.channels(),
        biased);
  }

  void write(ObjectNode config) {
    config.set("kernel_size", KerasJson.pair(kernelHeight, kernelWidth));
    config.set("strides", KerasJson.pair(strideHeight, strideWidth));
    config.put("padding", JsonObject.spell(padding)).put("data_format", "channels_last");
    config.set("dilation_rate", KerasJson.pair(dilationHeight, dilationWidth));
  }

  static Window read(JsonObject config) throws ModelFormatException {
    KerasJson.requireChannelsLast(config);
    int[] kernel = config.pair("kernel_size");
    int[] strides = pair(config, "strides");
    int[] dilation = pair(config, "dilation_rate");
    return new Window(
        kernel[0],
        kernel[1],
        strides[0],
        strides[1],
        dilation[0],
        dilation[1],
        config.has("padding") ? config.constant("padding", Padding.values()) : Padding.VALID);
  }

  private static int[] pair(JsonObject config, String name) throws ModelFormatException {
    return config.has(name) ? config.pair(name) : new int[] {1, 1};
  }
}
