package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * A dense layer's products for a batch of one or two: the weights are read once, in place, and
 * their gradient is written once, because copying them into tiles would take longer than the
 * product. If the columns do not fill the last vector, that vector begins earlier and computes some
 * columns again, with the same bits.
 */
final class Streams {
  /** The most rows of a batch. */
  static final int ROWS = 2;

  /** How many columns are computed at once. */
  static final int WIDTH = 4 * LENGTH;

  /** How many rows of the weights are read side by side. */
  private static final int DOWN = 8;

  /** Room for a vector for each row, if rows are shorter than a vector. */
  private final float[] padded = new float[ROWS * LENGTH];

  /**
   * {@code y = x w + b} in the columns {@code from} to {@code to}.
   *
   * @param x {@code [rows x k]}, one or two rows; {@code w} at {@code at}, {@code [k x n]}, the
   *     bias after it
   * @return whether it was computed; with few columns, the caller has to
   */
  boolean rows(float[] x, int rows, int k, float[] w, int at, int n, int from, int to, float[] y) {
    int second = rows == 1 ? 0 : k;
    int down = rows == 1 ? 0 : n;
    if (rows == 1 && to - from >= WIDTH) {
      down(x, k, w, at, n, from, to, y);
    } else if (to - from >= WIDTH) {
      for (int column = from; column < to; column += WIDTH) {
        int begin = Math.min(column, to - WIDTH);
        four(x, second, k, w, at + begin, n, y, begin, down);
      }
    } else if (to - from >= LENGTH) {
      for (int column = from; column < to; column += LENGTH) {
        int begin = Math.min(column, to - LENGTH);
        one(x, second, k, w, at + begin, n, w, at + k * n + begin, y, begin, down);
      }
    } else if (to - from == n && 2 * n >= LENGTH) {
      // A vector reads into the next row, from the last one into the bias.
      Arrays.fill(padded, 0f);
      System.arraycopy(w, at + k * n, padded, 0, n);
      one(x, second, k, w, at, n, padded, 0, padded, 0, rows == 1 ? 0 : LENGTH);
      for (int row = 0; row < rows; row++) {
        System.arraycopy(padded, row * LENGTH, y, row * n, n);
      }
    } else {
      return false;
    }
    return true;
  }

  /**
   * {@code gradient = x' dy}, the rows {@code from} to {@code to} of the gradient, one by one.
   *
   * @param x {@code [rows x k]}, one or two rows; {@code dy [rows x n]}
   */
  void gradient(
      float[] x, int rows, int k, int from, int to, float[] dy, int n, float[] gradient, int at) {
    int i = from;
    if (n < LENGTH) {
      i = narrow(x, rows, k, from, to, dy, n, gradient, at);
    }
    for (; i < to; i++) {
      if (rows == 1) {
        one(x[i], dy, n, gradient, at + i * n);
      } else {
        two(x[i], x[k + i], dy, n, gradient, at + i * n);
      }
    }
  }

  /**
   * The rows of a gradient that are shorter than a vector, whose end the next row overwrites.
   *
   * @return the first row that is left
   */
  private int narrow(
      float[] x, int rows, int k, int from, int to, float[] dy, int n, float[] gradient, int at) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(dy, row * n, padded, row * LENGTH, n);
    }
    FloatVector zero = all(0);
    FloatVector first = load(padded, 0);
    FloatVector second = load(padded, LENGTH);
    int last = to - (LENGTH + n - 1) / n;
    int i = from;
    for (; i <= last; i++) {
      FloatVector row = all(x[i]).fma(first, zero);
      (rows == 1 ? row : all(x[k + i]).fma(second, row)).intoArray(gradient, at + i * n);
    }
    return i;
  }

  private static void one(float x, float[] dy, int n, float[] g, int at) {
    FloatVector zero = all(0);
    FloatVector factor = all(x);
    int j = 0;
    for (; j <= n - LENGTH; j += LENGTH) {
      factor.fma(load(dy, j), zero).intoArray(g, at + j);
    }
    if (j < n && n >= LENGTH) {
      j = n - LENGTH;
      factor.fma(load(dy, j), zero).intoArray(g, at + j);
      j = n;
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
    if (j < n && n >= LENGTH) {
      j = n - LENGTH;
      b.fma(load(dy, n + j), a.fma(load(dy, j), zero)).intoArray(g, at + j);
      j = n;
    }
    for (; j < n; j++) {
      g[at + j] = Math.fma(xb, dy[n + j], Math.fma(xa, dy[j], 0f));
    }
  }

  /** Two rows by one vector; the second row may be the first. */
  private static void one(
      float[] x,
      int second,
      int k,
      float[] w,
      int at,
      int n,
      float[] bias,
      int biasAt,
      float[] y,
      int to,
      int down) {
    FloatVector a = load(bias, biasAt);
    FloatVector b = a;
    for (int i = 0; i < k; i++) {
      FloatVector row = load(w, at + i * n);
      a = all(x[i]).fma(row, a);
      b = all(x[second + i]).fma(row, b);
    }
    a.intoArray(y, to);
    b.intoArray(y, to + down);
  }

  /**
   * One row, whose weights are read from the first to the last, some of their rows side by side:
   * read by columns, they come from memory half as fast.
   */
  private static void down(
      float[] x, int k, float[] w, int at, int n, int from, int to, float[] y) {
    System.arraycopy(w, at + k * n + from, y, from, to - from);
    int i = 0;
    for (; i <= k - DOWN; i += DOWN) {
      eight(x, i, w, at + i * n, n, from, to, y);
    }
    for (; i < k; i++) {
      single(x[i], w, at + i * n, from, to, y);
    }
    if ((to - from) % LENGTH != 0) {
      int begin = to - LENGTH;
      one(x, 0, k, w, at + begin, n, w, at + k * n + begin, y, begin, 0);
    }
  }

  /** {@code y += x w} for eight rows of the weights, in all complete vectors. */
  private static void eight(
      float[] x, int i, float[] w, int at, int n, int from, int to, float[] y) {
    FloatVector x0 = all(x[i]);
    FloatVector x1 = all(x[i + 1]);
    FloatVector x2 = all(x[i + 2]);
    FloatVector x3 = all(x[i + 3]);
    FloatVector x4 = all(x[i + 4]);
    FloatVector x5 = all(x[i + 5]);
    FloatVector x6 = all(x[i + 6]);
    FloatVector x7 = all(x[i + 7]);
    for (int j = from; j <= to - LENGTH; j += LENGTH) {
      int row = at + j;
      FloatVector sum = x0.fma(load(w, row), load(y, j));
      sum = x1.fma(load(w, row + n), sum);
      sum = x2.fma(load(w, row + 2 * n), sum);
      sum = x3.fma(load(w, row + 3 * n), sum);
      sum = x4.fma(load(w, row + 4 * n), sum);
      sum = x5.fma(load(w, row + 5 * n), sum);
      sum = x6.fma(load(w, row + 6 * n), sum);
      x7.fma(load(w, row + 7 * n), sum).intoArray(y, j);
    }
  }

  private static void single(float x, float[] w, int at, int from, int to, float[] y) {
    FloatVector factor = all(x);
    for (int j = from; j <= to - LENGTH; j += LENGTH) {
      factor.fma(load(w, at + j), load(y, j)).intoArray(y, j);
    }
  }

  /** Two rows by four vectors; the second row may be the first. */
  private static void four(
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
