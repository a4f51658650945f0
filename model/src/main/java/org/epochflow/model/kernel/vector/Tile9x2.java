package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops of {@link SingleChannel}: the 9 places of a kernel by 2 vectors of filters. Each
 * has a register of its own, so each line is repeated for each, as in {@link Tile8x2}.
 */
final class Tile9x2 {
  private Tile9x2() {}

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
    FloatVector b0 = load(w, wAt + LENGTH);
    FloatVector a1 = load(w, wAt + ld);
    FloatVector b1 = load(w, wAt + ld + LENGTH);
    FloatVector a2 = load(w, wAt + 2 * ld);
    FloatVector b2 = load(w, wAt + 2 * ld + LENGTH);
    FloatVector a3 = load(w, wAt + 3 * ld);
    FloatVector b3 = load(w, wAt + 3 * ld + LENGTH);
    FloatVector a4 = load(w, wAt + 4 * ld);
    FloatVector b4 = load(w, wAt + 4 * ld + LENGTH);
    FloatVector a5 = load(w, wAt + 5 * ld);
    FloatVector b5 = load(w, wAt + 5 * ld + LENGTH);
    FloatVector a6 = load(w, wAt + 6 * ld);
    FloatVector b6 = load(w, wAt + 6 * ld + LENGTH);
    FloatVector a7 = load(w, wAt + 7 * ld);
    FloatVector b7 = load(w, wAt + 7 * ld + LENGTH);
    FloatVector a8 = load(w, wAt + 8 * ld);
    FloatVector b8 = load(w, wAt + 8 * ld + LENGTH);
    FloatVector aBias = load(w, wAt + 9 * ld);
    FloatVector bBias = load(w, wAt + 9 * ld + LENGTH);
    for (int row = 0; row < rows; row++) {
      int top = at[row];
      int middle = top + line;
      int bottom = middle + line;
      FloatVector x0 = all(x[top]);
      FloatVector a = x0.fma(a0, aBias);
      FloatVector b = x0.fma(b0, bBias);
      FloatVector x1 = all(x[top + 1]);
      a = x1.fma(a1, a);
      b = x1.fma(b1, b);
      FloatVector x2 = all(x[top + 2]);
      a = x2.fma(a2, a);
      b = x2.fma(b2, b);
      FloatVector x3 = all(x[middle]);
      a = x3.fma(a3, a);
      b = x3.fma(b3, b);
      FloatVector x4 = all(x[middle + 1]);
      a = x4.fma(a4, a);
      b = x4.fma(b4, b);
      FloatVector x5 = all(x[middle + 2]);
      a = x5.fma(a5, a);
      b = x5.fma(b5, b);
      FloatVector x6 = all(x[bottom]);
      a = x6.fma(a6, a);
      b = x6.fma(b6, b);
      FloatVector x7 = all(x[bottom + 1]);
      a = x7.fma(a7, a);
      b = x7.fma(b7, b);
      FloatVector x8 = all(x[bottom + 2]);
      a = x8.fma(a8, a);
      b = x8.fma(b8, b);
      int to = yAt + row * ld;
      a.blend(floor, a.compare(VectorOperators.LE, floor)).intoArray(y, to);
      b.blend(floor, b.compare(VectorOperators.LE, floor)).intoArray(y, to + LENGTH);
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
    FloatVector b0 = load(g, gAt + LENGTH);
    FloatVector a1 = load(g, gAt + ld);
    FloatVector b1 = load(g, gAt + ld + LENGTH);
    FloatVector a2 = load(g, gAt + 2 * ld);
    FloatVector b2 = load(g, gAt + 2 * ld + LENGTH);
    FloatVector a3 = load(g, gAt + 3 * ld);
    FloatVector b3 = load(g, gAt + 3 * ld + LENGTH);
    FloatVector a4 = load(g, gAt + 4 * ld);
    FloatVector b4 = load(g, gAt + 4 * ld + LENGTH);
    FloatVector a5 = load(g, gAt + 5 * ld);
    FloatVector b5 = load(g, gAt + 5 * ld + LENGTH);
    FloatVector a6 = load(g, gAt + 6 * ld);
    FloatVector b6 = load(g, gAt + 6 * ld + LENGTH);
    FloatVector a7 = load(g, gAt + 7 * ld);
    FloatVector b7 = load(g, gAt + 7 * ld + LENGTH);
    FloatVector a8 = load(g, gAt + 8 * ld);
    FloatVector b8 = load(g, gAt + 8 * ld + LENGTH);
    FloatVector aBias = load(bias, biasAt);
    FloatVector bBias = load(bias, biasAt + LENGTH);
    for (int row = 0; row < rows; row++) {
      int top = at[row];
      int middle = top + line;
      int bottom = middle + line;
      int from = dyAt + row * ld;
      FloatVector a = load(dy, from);
      FloatVector b = load(dy, from + LENGTH);
      FloatVector x0 = all(x[top]);
      a0 = x0.fma(a, a0);
      b0 = x0.fma(b, b0);
      FloatVector x1 = all(x[top + 1]);
      a1 = x1.fma(a, a1);
      b1 = x1.fma(b, b1);
      FloatVector x2 = all(x[top + 2]);
      a2 = x2.fma(a, a2);
      b2 = x2.fma(b, b2);
      FloatVector x3 = all(x[middle]);
      a3 = x3.fma(a, a3);
      b3 = x3.fma(b, b3);
      FloatVector x4 = all(x[middle + 1]);
      a4 = x4.fma(a, a4);
      b4 = x4.fma(b, b4);
      FloatVector x5 = all(x[middle + 2]);
      a5 = x5.fma(a, a5);
      b5 = x5.fma(b, b5);
      FloatVector x6 = all(x[bottom]);
      a6 = x6.fma(a, a6);
      b6 = x6.fma(b, b6);
      FloatVector x7 = all(x[bottom + 1]);
      a7 = x7.fma(a, a7);
      b7 = x7.fma(b, b7);
      FloatVector x8 = all(x[bottom + 2]);
      a8 = x8.fma(a, a8);
      b8 = x8.fma(b, b8);
      aBias = aBias.add(a);
      bBias = bBias.add(b);
    }
    a0.intoArray(g, gAt);
    b0.intoArray(g, gAt + LENGTH);
    a1.intoArray(g, gAt + ld);
    b1.intoArray(g, gAt + ld + LENGTH);
    a2.intoArray(g, gAt + 2 * ld);
    b2.intoArray(g, gAt + 2 * ld + LENGTH);
    a3.intoArray(g, gAt + 3 * ld);
    b3.intoArray(g, gAt + 3 * ld + LENGTH);
    a4.intoArray(g, gAt + 4 * ld);
    b4.intoArray(g, gAt + 4 * ld + LENGTH);
    a5.intoArray(g, gAt + 5 * ld);
    b5.intoArray(g, gAt + 5 * ld + LENGTH);
    a6.intoArray(g, gAt + 6 * ld);
    b6.intoArray(g, gAt + 6 * ld + LENGTH);
    a7.intoArray(g, gAt + 7 * ld);
    b7.intoArray(g, gAt + 7 * ld + LENGTH);
    a8.intoArray(g, gAt + 8 * ld);
    b8.intoArray(g, gAt + 8 * ld + LENGTH);
    aBias.intoArray(bias, biasAt);
    bBias.intoArray(bias, biasAt + LENGTH);
  }
}
