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

  /** Of the kernel. */
  static final int ROWS = 3;

  private static final int COLUMNS = 3;

  private SingleChannel() {}

  static boolean fits(Convolution s) {
    return s.channels() == 1
        && s.kernelHeight() == ROWS
        && s.kernelWidth() == COLUMNS
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

  /** How many parts its gradient can be cut into: the kernel's rows of each vector of filters. */
  static int parts(Convolution s) {
    return s.filters() / LENGTH * ROWS;
  }

  /** The first filter of a part. */
  static int filter(int part) {
    return part / ROWS * LENGTH;
  }

  /**
   * {@code dW = x' dy}, or {@code dW += x' dy} unless {@code fresh}, for the parts {@code from} to
   * {@code to}; the last part of a vector of filters is also its part of the gradient of the bias,
   * the sum of {@code dy}, at {@code biasAt} in {@code bias}.
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
      int at,
      float[] bias,
      int biasAt) {
    if (fresh) {
      clear(from, to, filters, gradient, at, bias, biasAt);
    }
    float[] x = patches.values;
    int rows = patches.rows;
    int line = patches.stride;
    int part = from;
    while (part < to) {
      int filter = filter(part);
      int g = at + filter;
      int b = biasAt + filter;
      int d = dyAt + filter;
      boolean begins = part % ROWS == 0;
      if (PAIRS && begins && part + 2 * ROWS <= to) {
        Tile9x2.gradient(x, patches.at, rows, line, dy, d, filters, gradient, g, bias, b);
        part += 2 * ROWS;
      } else if (begins && part + ROWS <= to) {
        Tile9x1.gradient(x, patches.at, rows, line, dy, d, filters, gradient, g, bias, b);
        part += ROWS;
      } else {
        int row = part % ROWS;
        g += row * COLUMNS * filters;
        Tile9x1.rowGradient(x, patches.at, rows, row * line, dy, d, filters, gradient, g);
        if (row == ROWS - 1) {
          VectorElements.addRows(dy, dyAt, rows, filters, filter, filter + LENGTH, bias, biasAt);
        }
        part++;
      }
    }
  }

  private static void clear(
      int from, int to, int filters, float[] gradient, int at, float[] bias, int biasAt) {
    for (int part = from; part < to; part++) {
      int filter = filter(part);
      int row = part % ROWS;
      for (int place = row * COLUMNS; place < (row + 1) * COLUMNS; place++) {
        int begin = at + place * filters + filter;
        Arrays.fill(gradient, begin, begin + LENGTH, 0f);
      }
      if (row == ROWS - 1) {
        Arrays.fill(bias, biasAt + filter, biasAt + filter + LENGTH, 0f);
      }
    }
  }
}
