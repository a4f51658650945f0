package org.epochflow.model.kernel;

import static org.epochflow.model.kernel.Lanes.LENGTH;
import static org.epochflow.model.kernel.Lanes.all;
import static org.epochflow.model.kernel.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * A dense layer's products for a batch of one or two: the weights are read once, where they stand,
 * and their gradient is written once, because to cut them into tiles would take longer than the
 * product.
 */
final class Streams {
  /** The most rows of a batch. */
  static final int ROWS = 2;

  /** How many columns are computed at once. */
  static final int WIDTH = 4 * LENGTH;

  private Streams() {}

  /**
   * {@code y = x w + b} from column {@code from}, as far as it comes before {@code to}.
   *
   * @param x {@code [rows x k]}, one or two rows; {@code w} at {@code at}, {@code [k x n]}, the
   *     bias behind it
   * @return the first column that is left to the caller
   */
  static int rows(
      float[] x, int rows, int k, float[] w, int at, int n, int from, int to, float[] y) {
    int column = from;
    for (; column <= to - WIDTH; column += WIDTH) {
      two(x, rows == 1 ? 0 : k, k, w, at + column, n, y, column, rows == 1 ? 0 : n);
    }
    return column;
  }

  /**
   * {@code gradient = x' dy}, the rows {@code from} to {@code to} of the gradient, one by one.
   *
   * @param x {@code [rows x k]}, one or two rows; {@code dy [rows x n]}
   */
  static void gradient(
      float[] x, int rows, int k, int from, int to, float[] dy, int n, float[] gradient, int at) {
    for (int i = from; i < to; i++) {
      if (rows == 1) {
        one(x[i], dy, n, gradient, at + i * n);
      } else {
        two(x[i], x[k + i], dy, n, gradient, at + i * n);
      }
    }
  }

  private static void one(float x, float[] dy, int n, float[] g, int at) {
    FloatVector zero = all(0);
    FloatVector factor = all(x);
    int j = 0;
    for (; j <= n - LENGTH; j += LENGTH) {
      factor.fma(load(dy, j), zero).intoArray(g, at + j);
    }
    for (; j < n; j++) {
      g[at + j] = Math.fma(x, dy[j], 0f);
    }
  }

  private static void two(float xa, float xb, float[] dy, int n, float[] g, int at) {
    FloatVector zero = all(0);
    FloatVector a = all(xa);
    FloatVector b = all(xb);
    int j = 0;
    for (; j <= n - LENGTH; j += LENGTH) {
      b.fma(load(dy, n + j), a.fma(load(dy, j), zero)).intoArray(g, at + j);
    }
    for (; j < n; j++) {
      g[at + j] = Math.fma(xb, dy[n + j], Math.fma(xa, dy[j], 0f));
    }
  }

  /** Two rows by four vectors; the second row may be the first. */
  private static void two(
      float[] x, int second, int k, float[] w, int at, int n, float[] y, int to, int down) {
    int bias = at + k * n;
    FloatVector a0 = load(w, bias);
    FloatVector a1 = load(w, bias + LENGTH);
    FloatVector a2 = load(w, bias + 2 * LENGTH);
    FloatVector a3 = load(w, bias + 3 * LENGTH);
    FloatVector b0 = a0;
    FloatVector b1 = a1;
    FloatVector b2 = a2;
    FloatVector b3 = a3;
    for (int i = 0; i < k; i++) {
      int from = at + i * n;
      FloatVector xa = all(x[i]);
      FloatVector xb = all(x[second + i]);
      FloatVector w0 = load(w, from);
      a0 = xa.fma(w0, a0);
      b0 = xb.fma(w0, b0);
      FloatVector w1 = load(w, from + LENGTH);
      a1 = xa.fma(w1, a1);
      b1 = xb.fma(w1, b1);
      FloatVector w2 = load(w, from + 2 * LENGTH);
      a2 = xa.fma(w2, a2);
      b2 = xb.fma(w2, b2);
      FloatVector w3 = load(w, from + 3 * LENGTH);
      a3 = xa.fma(w3, a3);
      b3 = xb.fma(w3, b3);
    }
    a0.intoArray(y, to);
    a1.intoArray(y, to + LENGTH);
    a2.intoArray(y, to + 2 * LENGTH);
    a3.intoArray(y, to + 3 * LENGTH);
    b0.intoArray(y, to + down);
    b1.intoArray(y, to + down + LENGTH);
    b2.intoArray(y, to + down + 2 * LENGTH);
    b3.intoArray(y, to + down + 3 * LENGTH);
  }
}
