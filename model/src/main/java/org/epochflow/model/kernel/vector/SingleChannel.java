package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;

import java.util.Arrays;
import org.epochflow.model.kernel.Convolution;

/**
 * Convolutions of 3x3 over one channel, the first of an image: sums of nine terms, too few for a
 * tile. The nine weights of one or two vectors of filters stay in registers, or their gradients.
 */
final class SingleChannel {
  /** Two vectors take 20 registers and more, and 512 bits come with 32 of them. */
  private static final boolean PAIRS = LENGTH == 16;

  private SingleChannel() {}

  static boolean fits(Convolution s) {
    return s.channels() == 1
        && s.kernelHeight() == 3
        && s.kernelWidth() == 3
        && s.dilationWidth() == 1
        && s.filters() % LENGTH == 0;
  }

  /** {@code y = x * w + b} at every patch, then {@code max(y, least)}. */
  static void forward(
      Rows patches, float[] w, int at, int filters, float least, float[] y, int yAt) {
    float[] x = patches.values;
    int rows = patches.rows;
    int line = patches.stride;
    int filter = 0;
    for (; PAIRS && filter + 2 * LENGTH <= filters; filter += 2 * LENGTH) {
      Tile9x2.forward(x, patches.at, rows, line, w, at + filter, filters, least, y, yAt + filter);
    }
    for (; filter < filters; filter += LENGTH) {
      Tile9x1.forward(x, patches.at, rows, line, w, at + filter, filters, least, y, yAt + filter);
    }
  }

  /**
   * {@code dW = x' dy}, or {@code dW += x' dy} unless {@code fresh}, of the filters {@code from} to
   * {@code to}; after it the gradient of the bias, the sum of {@code dy}.
   */
  static void gradient(
      Rows patches,
      float[] dy,
      int dyAt,
      int from,
      int to,
      int filters,
      boolean fresh,
      float[] gradient,
      int at) {
    if (fresh) {
      for (int place = 0; place < 10; place++) {
        Arrays.fill(gradient, at + place * filters + from, at + place * filters + to, 0f);
      }
    }
    float[] x = patches.values;
    int rows = patches.rows;
    int line = patches.stride;
    int filter = from;
    for (; PAIRS && filter + 2 * LENGTH <= to; filter += 2 * LENGTH) {
      Tile9x2.gradient(
          x, patches.at, rows, line, dy, dyAt + filter, filters, gradient, at + filter);
    }
    for (; filter < to; filter += LENGTH) {
      Tile9x1.gradient(
          x, patches.at, rows, line, dy, dyAt + filter, filters, gradient, at + filter);
    }
  }
}
