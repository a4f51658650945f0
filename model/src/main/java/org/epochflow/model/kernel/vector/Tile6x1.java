package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * The {@link Tile} of 6 rows and 1 vector. Each sum has a register of its own, so each line is
 * repeated for each sum: C2 keeps neither an array nor the results of a called method in registers.
 */
final class Tile6x1 {
  private Tile6x1() {}

  /** See {@link Tile#columns}. */
  static void columns(
      float[] a,
      int[] at,
      float[] b,
      int k,
      float[] s,
      int sAt,
      int sLd,
      float[] c,
      int cAt,
      int ld) {
    FloatVector c00 = load(s, sAt);
    FloatVector c10 = load(s, sAt + sLd);
    FloatVector c20 = load(s, sAt + 2 * sLd);
    FloatVector c30 = load(s, sAt + 3 * sLd);
    FloatVector c40 = load(s, sAt + 4 * sLd);
    FloatVector c50 = load(s, sAt + 5 * sLd);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = load(b, i * LENGTH);
      int p = at[i];
      c00 = all(a[p]).fma(b0, c00);
      c10 = all(a[p + 1]).fma(b0, c10);
      c20 = all(a[p + 2]).fma(b0, c20);
      c30 = all(a[p + 3]).fma(b0, c30);
      c40 = all(a[p + 4]).fma(b0, c40);
      c50 = all(a[p + 5]).fma(b0, c50);
    }
    c00.intoArray(c, cAt);
    c10.intoArray(c, cAt + ld);
    c20.intoArray(c, cAt + 2 * ld);
    c30.intoArray(c, cAt + 3 * ld);
    c40.intoArray(c, cAt + 4 * ld);
    c50.intoArray(c, cAt + 5 * ld);
  }
}
