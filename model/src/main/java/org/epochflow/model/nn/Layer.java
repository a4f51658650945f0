package org.epochflow.model.nn;

import java.io.Serializable;
import java.util.List;

/**
 * A layer of a sequential network, as Keras defines it: immutable, without weights.
 *
 * <p>Shapes are of one example; the batch is the first dimension of every tensor. Images are NHWC.
 */
public sealed interface Layer extends Serializable {
  /** Unique within its network, as in Keras: {@code dense_1}. */
  String name();

  /**
   * The shape this layer makes of {@code input}.
   *
   * @throws ArchitectureException where it cannot take that shape
   */
  Shape output(Shape input);

  /** The dimensions of its kernel for {@code input}; empty for a layer without variables. */
  default List<Integer> kernel(Shape input) {
    return List.of();
  }

  /** What a layer applies to its sums, element by element (softmax: over the last dimension). */
  enum Function {
    LINEAR,
    RELU,
    SOFTMAX;
  }

  /** How a convolution treats the border: no padding, or zeros so that the size stays. */
  enum Padding {
    VALID,
    SAME;
  }

  /**
   * {@code y = f(x w + b)}, {@code x: [batch x in]}, {@code w: [in x units]}, {@code b: [units]}.
   */
  record Dense(String name, int units, Function activation) implements Layer {
    public Dense {
      atLeastOne(name, "units", units);
    }

    @Override
    public Shape output(Shape input) {
      if (input.dimensions().size() != 1) {
        throw new ArchitectureException(
            "Layer %s: expected a vector, found %s; put a Flatten before it"
                .formatted(name, input));
      }
      return Shape.of(units);
    }

    @Override
    public List<Integer> kernel(Shape input) {
      return List.of(input.size(), units);
    }
  }

  /**
   * Cross-correlation with stride 1 (no kernel flip): {@code y(i, j, o) = f(b(o) + sum_mnc x(i + m,
   * j + n, c) w(m, n, c, o))}, {@code w: [height x width x in x filters]}. {@code SAME} pads with
   * {@code (k - 1) / 2} zeros on each side, so the kernel's sides are odd.
   */
  record Conv2D(
      String name,
      int filters,
      int kernelHeight,
      int kernelWidth,
      Padding padding,
      Function activation)
      implements Layer {
    public Conv2D {
      atLeastOne(name, "filters", filters);
      if (kernelHeight < 1 || kernelWidth < 1 || kernelHeight % 2 == 0 || kernelWidth % 2 == 0) {
        throw new ArchitectureException(
            "Layer %s: expected an odd kernel size, found (%d, %d)"
                .formatted(name, kernelHeight, kernelWidth));
      }
    }

    @Override
    public Shape output(Shape input) {
      image(name, input);
      if (padding == Padding.SAME) {
        return Shape.of(input.height(), input.width(), filters);
      }
      fits(name, kernelHeight, kernelWidth, input);
      return Shape.of(input.height() - kernelHeight + 1, input.width() - kernelWidth + 1, filters);
    }

    @Override
    public List<Integer> kernel(Shape input) {
      return List.of(kernelHeight, kernelWidth, input.channels(), filters);
    }
  }

  /**
   * The largest value of each window, per channel; windows that would leave the image are dropped.
   */
  record MaxPooling2D(String name, int poolHeight, int poolWidth, int strideHeight, int strideWidth)
      implements Layer {
    public MaxPooling2D {
      atLeastOne(name, "pool_size", Math.min(poolHeight, poolWidth));
      atLeastOne(name, "strides", Math.min(strideHeight, strideWidth));
    }

    @Override
    public Shape output(Shape input) {
      image(name, input);
      fits(name, poolHeight, poolWidth, input);
      return Shape.of(
          (input.height() - poolHeight) / strideHeight + 1,
          (input.width() - poolWidth) / strideWidth + 1,
          input.channels());
    }
  }

  /** The same values as a vector, in row-major order: height, width, channels. */
  record Flatten(String name) implements Layer {
    @Override
    public Shape output(Shape input) {
      return Shape.of(input.size());
    }
  }

  /**
   * Inverted dropout: while training each value is kept with probability {@code 1 - rate} and
   * scaled by {@code 1 / (1 - rate)}, else zero. The identity otherwise.
   */
  record Dropout(String name, double rate) implements Layer {
    public Dropout {
      if (!(rate >= 0 && rate < 1)) {
        throw new ArchitectureException(
            "Layer %s: expected a rate from 0 to below 1, found %s".formatted(name, rate));
      }
    }

    @Override
    public Shape output(Shape input) {
      return input;
    }
  }

  /** A function alone, as a layer. */
  record Activation(String name, Function function) implements Layer {
    @Override
    public Shape output(Shape input) {
      return input;
    }
  }

  private static void atLeastOne(String name, String what, int value) {
    if (value < 1) {
      throw new ArchitectureException(
          "Layer %s: expected %s of 1 or more, found %d".formatted(name, what, value));
    }
  }

  private static void image(String name, Shape input) {
    if (!input.isImage()) {
      throw new ArchitectureException(
          "Layer %s: expected images (height, width, channels), found %s".formatted(name, input));
    }
  }

  private static void fits(String name, int height, int width, Shape input) {
    if (height > input.height() || width > input.width()) {
      throw new ArchitectureException(
          "Layer %s: expected an input of at least (%d, %d), found %s"
              .formatted(name, height, width, input));
    }
  }
}
