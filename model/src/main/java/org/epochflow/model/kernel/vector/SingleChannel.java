package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.epochflow.model.kernel.Convolution;

/**
 * Convolutions of 3x3 over one channel, the first of an image: sums of nine terms, too few for a
 * tile. All nine weights of a vector of filters stay in registers, or their nine gradients.
 */
final class SingleChannel {
  private SingleChannel() {}

  static boolean fits(Convolution s) {
    return s.channels() == 1
        && s.kernelHeight() == 3
        && s.kernelWidth() == 3
        && s.filters() % LENGTH == 0;
  }

  /** {@code y = x * w + b} at every patch. */
  static void forward(Rows patches, float[] w, int at, int filters, float[] y, int yAt) {
    for (int filter = 0; filter < filters; filter += LENGTH) {
      forward(
          patches.values,
          patches.at,
          patches.rows,
          patches.stride,
          w,
          at + filter,
          filters,
          y,
          yAt + filter);
    }
  }

  private static void forward(
      float[] x, int[] at, int rows, int line, float[] w, int wAt, int ld, float[] y, int yAt) {
    FloatVector w0 = load(w, wAt);
    FloatVector w1 = load(w, wAt + ld);
    FloatVector w2 = load(w, wAt + 2 * ld);
    FloatVector w3 = load(w, wAt + 3 * ld);
    FloatVector w4 = load(w, wAt + 4 * ld);
    FloatVector w5 = load(w, wAt + 5 * ld);
    FloatVector w6 = load(w, wAt + 6 * ld);
    FloatVector w7 = load(w, wAt + 7 * ld);
    FloatVector w8 = load(w, wAt + 8 * ld);
    FloatVector bias = load(w, wAt + 9 * ld);
    for (int row = 0; row < rows; row++) {
      int top = at[row];
      int middle = top + line;
      int bottom = middle + line;
      FloatVector sum = all(x[top]).fma(w0, bias);
      sum = all(x[top + 1]).fma(w1, sum);
      sum = all(x[top + 2]).fma(w2, sum);
      sum = all(x[middle]).fma(w3, sum);
      sum = all(x[middle + 1]).fma(w4, sum);
      sum = all(x[middle + 2]).fma(w5, sum);
      sum = all(x[bottom]).fma(w6, sum);
      sum = all(x[bottom + 1]).fma(w7, sum);
      sum = all(x[bottom + 2]).fma(w8, sum);
      sum.intoArray(y, yAt + row * ld);
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
    for (int filter = from; filter < to; filter += LENGTH) {
      gradient(
          patches.values,
          patches.at,
          patches.rows,
          patches.stride,
          dy,
          dyAt + filter,
          filters,
          gradient,
          at + filter);
    }
  }

  private static void gradient(
      float[] x, int[] at, int rows, int line, float[] dy, int dyAt, int ld, float[] g, int gAt) {
    FloatVector g0 = load(g, gAt);
    FloatVector g1 = load(g, gAt + ld);
    FloatVector g2 = load(g, gAt + 2 * ld);
    FloatVector g3 = load(g, gAt + 3 * ld);
    FloatVector g4 = load(g, gAt + 4 * ld);
    FloatVector g5 = load(g, gAt + 5 * ld);
    FloatVector g6 = load(g, gAt + 6 * ld);
    FloatVector g7 = load(g, gAt + 7 * ld);
    FloatVector g8 = load(g, gAt + 8 * ld);
    FloatVector bias = load(g, gAt + 9 * ld);
    for (int row = 0; row < rows; row++) {
      int top = at[row];
      int middle = top + line;
      int bottom = middle + line;
      FloatVector d = load(dy, dyAt + row * ld);
      g0 = all(x[top]).fma(d, g0);
      g1 = all(x[top + 1]).fma(d, g1);
      g2 = all(x[top + 2]).fma(d, g2);
      g3 = all(x[middle]).fma(d, g3);
      g4 = all(x[middle + 1]).fma(d, g4);
      g5 = all(x[middle + 2]).fma(d, g5);
      g6 = all(x[bottom]).fma(d, g6);
      g7 = all(x[bottom + 1]).fma(d, g7);
      g8 = all(x[bottom + 2]).fma(d, g8);
      bias = bias.add(d);
    }
    g0.intoArray(g, gAt);
    g1.intoArray(g, gAt + ld);
    g2.intoArray(g, gAt + 2 * ld);
    g3.intoArray(g, gAt + 3 * ld);
    g4.intoArray(g, gAt + 4 * ld);
    g5.intoArray(g, gAt + 5 * ld);
    g6.intoArray(g, gAt + 6 * ld);
    g7.intoArray(g, gAt + 7 * ld);
    g8.intoArray(g, gAt + 8 * ld);
    bias.intoArray(g, gAt + 9 * ld);
  }
}
