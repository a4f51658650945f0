package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops of {@link SingleChannel} and {@link VectorDepthwise}: the 9 places of a kernel by
 * 1 vector of filters. Each has a register of its own, so each line is repeated for each, as in
 * {@link Tile8x2}.
 */
final class Tile9x1 {
  private Tile9x1() {}

  /** See {@link SingleChannel#forward}. */
  static void forward(
      float[] x,
      int[] at,
      int rows,
      int line,
      float[] w,
      int wAt,
      int ld,
      float least,
      float[] y,
      int yAt) {
    FloatVector floor = all(least);
    FloatVector a0 = load(w, wAt);
    FloatVector a1 = load(w, wAt + ld);
    FloatVector a2 = load(w, wAt + 2 * ld);
    FloatVector a3 = load(w, wAt + 3 * ld);
    FloatVector a4 = load(w, wAt + 4 * ld);
    FloatVector a5 = load(w, wAt + 5 * ld);
    FloatVector a6 = load(w, wAt + 6 * ld);
    FloatVector a7 = load(w, wAt + 7 * ld);
    FloatVector a8 = load(w, wAt + 8 * ld);
    FloatVector aBias = load(w, wAt + 9 * ld);
    for (int row = 0; row < rows; row++) {
      int top = at[row];
      int middle = top + line;
      int bottom = middle + line;
      FloatVector a = all(x[top]).fma(a0, aBias);
      a = all(x[top + 1]).fma(a1, a);
      a = all(x[top + 2]).fma(a2, a);
      a = all(x[middle]).fma(a3, a);
      a = all(x[middle + 1]).fma(a4, a);
      a = all(x[middle + 2]).fma(a5, a);
      a = all(x[bottom]).fma(a6, a);
      a = all(x[bottom + 1]).fma(a7, a);
      a = all(x[bottom + 2]).fma(a8, a);
      int to = yAt + row * ld;
      a.blend(floor, a.compare(VectorOperators.LE, floor)).intoArray(y, to);
    }
  }

  /** See {@link SingleChannel#gradient}. */
  static void gradient(
      float[] x,
      int[] at,
      int rows,
      int line,
      float[] dy,
      int dyAt,
      int ld,
      float[] g,
      int gAt,
      float[] bias,
      int biasAt) {
    FloatVector a0 = load(g, gAt);
    FloatVector a1 = load(g, gAt + ld);
    FloatVector a2 = load(g, gAt + 2 * ld);
    FloatVector a3 = load(g, gAt + 3 * ld);
    FloatVector a4 = load(g, gAt + 4 * ld);
    FloatVector a5 = load(g, gAt + 5 * ld);
    FloatVector a6 = load(g, gAt + 6 * ld);
    FloatVector a7 = load(g, gAt + 7 * ld);
    FloatVector a8 = load(g, gAt + 8 * ld);
    FloatVector aBias = load(bias, biasAt);
    for (int row = 0; row < rows; row++) {
      int top = at[row];
      int middle = top + line;
      int bottom = middle + line;
      int from = dyAt + row * ld;
      FloatVector a = load(dy, from);
      a0 = all(x[top]).fma(a, a0);
      a1 = all(x[top + 1]).fma(a, a1);
      a2 = all(x[top + 2]).fma(a, a2);
      a3 = all(x[middle]).fma(a, a3);
      a4 = all(x[middle + 1]).fma(a, a4);
      a5 = all(x[middle + 2]).fma(a, a5);
      a6 = all(x[bottom]).fma(a, a6);
      a7 = all(x[bottom + 1]).fma(a, a7);
      a8 = all(x[bottom + 2]).fma(a, a8);
      aBias = aBias.add(a);
    }
    a0.intoArray(g, gAt);
    a1.intoArray(g, gAt + ld);
    a2.intoArray(g, gAt + 2 * ld);
    a3.intoArray(g, gAt + 3 * ld);
    a4.intoArray(g, gAt + 4 * ld);
    a5.intoArray(g, gAt + 5 * ld);
    a6.intoArray(g, gAt + 6 * ld);
    a7.intoArray(g, gAt + 7 * ld);
    a8.intoArray(g, gAt + 8 * ld);
    aBias.intoArray(bias, biasAt);
  }

  /**
   * Of the row of the kernel that begins {@code shift} after a patch: see {@link
   * SingleChannel#gradient}.
   */
  static void rowGradient(
      float[] x, int[] at, int rows, int shift, float[] dy, int dyAt, int ld, float[] g, int gAt) {
    FloatVector a0 = load(g, gAt);
    FloatVector a1 = load(g, gAt + ld);
    FloatVector a2 = load(g, gAt + 2 * ld);
    for (int row = 0; row < rows; row++) {
      int top = at[row] + shift;
      FloatVector a = load(dy, dyAt + row * ld);
      a0 = all(x[top]).fma(a, a0);
      a1 = all(x[top + 1]).fma(a, a1);
      a2 = all(x[top + 2]).fma(a, a2);
    }
    a0.intoArray(g, gAt);
    a1.intoArray(g, gAt + ld);
    a2.intoArray(g, gAt + 2 * ld);
  }

  /**
   * A depthwise convolution of 3x3 along a line, which reads each input once: {@code y = max(b +
   * sum over places of x w, least)}.
   *
   * @param line how far apart the kernel's rows are in {@code x}; {@code step} its columns, and the
   *     positions
   * @param w a row of {@code b}, then one for each place, {@code ld} apart
   */
  static void positions(
      float[] x,
      int at,
      int line,
      int step,
      int positions,
      float[] w,
      int wAt,
      int ld,
      float least,
      float[] y,
      int to,
      int yStep) {
    FloatVector floor = all(least);
    FloatVector bias = load(w, wAt);
    FloatVector w0 = load(w, wAt + ld);
    FloatVector w1 = load(w, wAt + 2 * ld);
    FloatVector w2 = load(w, wAt + 3 * ld);
    FloatVector w3 = load(w, wAt + 4 * ld);
    FloatVector w4 = load(w, wAt + 5 * ld);
    FloatVector w5 = load(w, wAt + 6 * ld);
    FloatVector w6 = load(w, wAt + 7 * ld);
    FloatVector w7 = load(w, wAt + 8 * ld);
    FloatVector w8 = load(w, wAt + 9 * ld);
    int top = at;
    int middle = top + line;
    int under = middle + line;
    FloatVector t0 = load(x, top);
    FloatVector t1 = load(x, top + step);
    FloatVector m0 = load(x, middle);
    FloatVector m1 = load(x, middle + step);
    FloatVector u0 = load(x, under);
    FloatVector u1 = load(x, under + step);
    int out = to;
    for (int j = 0; j < positions; j++) {
      int next = (j + 2) * step;
      FloatVector t2 = load(x, top + next);
      FloatVector m2 = load(x, middle + next);
      FloatVector u2 = load(x, under + next);
      FloatVector a = t0.fma(w0, bias);
      a = t1.fma(w1, a);
      a = t2.fma(w2, a);
      a = m0.fma(w3, a);
      a = m1.fma(w4, a);
      a = m2.fma(w5, a);
      a = u0.fma(w6, a);
      a = u1.fma(w7, a);
      a = u2.fma(w8, a);
      a.blend(floor, a.compare(VectorOperators.LE, floor)).intoArray(y, out);
      out += yStep;
      t0 = t1;
      t1 = t2;
      m0 = m1;
      m1 = m2;
      u0 = u1;
      u1 = u2;
    }
  }

  /**
   * The gradients of a depthwise convolution's kernel of 3x3, which reads each input once: adds
   * {@code x dy} at each position of a line to {@code g}, whose rows are {@code ld} apart.
   *
   * @param line how far apart the kernel's rows are in {@code x}; {@code step} its columns, and the
   *     positions
   */
  static void places(
      float[] x,
      int at,
      int line,
      int step,
      int positions,
      float[] dy,
      int dyAt,
      int dyStep,
      float[] g,
      int gAt,
      int ld) {
    FloatVector a0 = load(g, gAt);
    FloatVector a1 = load(g, gAt + ld);
    FloatVector a2 = load(g, gAt + 2 * ld);
    FloatVector a3 = load(g, gAt + 3 * ld);
    FloatVector a4 = load(g, gAt + 4 * ld);
    FloatVector a5 = load(g, gAt + 5 * ld);
    FloatVector a6 = load(g, gAt + 6 * ld);
    FloatVector a7 = load(g, gAt + 7 * ld);
    FloatVector a8 = load(g, gAt + 8 * ld);
    int top = at;
    int middle = top + line;
    int under = middle + line;
    FloatVector t0 = load(x, top);
    FloatVector t1 = load(x, top + step);
    FloatVector m0 = load(x, middle);
    FloatVector m1 = load(x, middle + step);
    FloatVector u0 = load(x, under);
    FloatVector u1 = load(x, under + step);
    int from = dyAt;
    for (int j = 0; j < positions; j++) {
      int next = (j + 2) * step;
      FloatVector d = load(dy, from);
      FloatVector t2 = load(x, top + next);
      FloatVector m2 = load(x, middle + next);
      FloatVector u2 = load(x, under + next);
      a0 = t0.fma(d, a0);
      a1 = t1.fma(d, a1);
      a2 = t2.fma(d, a2);
      a3 = m0.fma(d, a3);
      a4 = m1.fma(d, a4);
      a5 = m2.fma(d, a5);
      a6 = u0.fma(d, a6);
      a7 = u1.fma(d, a7);
      a8 = u2.fma(d, a8);
      from += dyStep;
      t0 = t1;
      t1 = t2;
      m0 = m1;
      m1 = m2;
      u0 = u1;
      u1 = u2;
    }
    a0.intoArray(g, gAt);
    a1.intoArray(g, gAt + ld);
    a2.intoArray(g, gAt + 2 * ld);
    a3.intoArray(g, gAt + 3 * ld);
    a4.intoArray(g, gAt + 4 * ld);
    a5.intoArray(g, gAt + 5 * ld);
    a6.intoArray(g, gAt + 6 * ld);
    a7.intoArray(g, gAt + 7 * ld);
    a8.intoArray(g, gAt + 8 * ld);
  }
}
