package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops of {@link SingleChannel}: the 9 places of a kernel by 1 vector of filters. Each
 * has a register of its own, so each line is repeated for each, as in {@link Tile8x2}.
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
      float[] x, int[] at, int rows, int line, float[] dy, int dyAt, int ld, float[] g, int gAt) {
    FloatVector a0 = load(g, gAt);
    FloatVector a1 = load(g, gAt + ld);
    FloatVector a2 = load(g, gAt + 2 * ld);
    FloatVector a3 = load(g, gAt + 3 * ld);
    FloatVector a4 = load(g, gAt + 4 * ld);
    FloatVector a5 = load(g, gAt + 5 * ld);
    FloatVector a6 = load(g, gAt + 6 * ld);
    FloatVector a7 = load(g, gAt + 7 * ld);
    FloatVector a8 = load(g, gAt + 8 * ld);
    FloatVector aBias = load(g, gAt + 9 * ld);
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
    aBias.intoArray(g, gAt + 9 * ld);
  }
}
