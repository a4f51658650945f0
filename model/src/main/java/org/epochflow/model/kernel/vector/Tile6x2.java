package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * The {@link Tile} of 6 rows and 2 vectors. Each sum has a register of its own, so each line is
 * repeated for each sum: C2 keeps neither an array nor the results of a called method in registers.
 */
final class Tile6x2 {
  private Tile6x2() {}

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
    FloatVector c01 = load(s, sAt + LENGTH);
    FloatVector c10 = load(s, sAt + sLd);
    FloatVector c11 = load(s, sAt + sLd + LENGTH);
    FloatVector c20 = load(s, sAt + 2 * sLd);
    FloatVector c21 = load(s, sAt + 2 * sLd + LENGTH);
    FloatVector c30 = load(s, sAt + 3 * sLd);
    FloatVector c31 = load(s, sAt + 3 * sLd + LENGTH);
    FloatVector c40 = load(s, sAt + 4 * sLd);
    FloatVector c41 = load(s, sAt + 4 * sLd + LENGTH);
    FloatVector c50 = load(s, sAt + 5 * sLd);
    FloatVector c51 = load(s, sAt + 5 * sLd + LENGTH);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = load(b, i * (2 * LENGTH));
      FloatVector b1 = load(b, i * (2 * LENGTH) + LENGTH);
      int p = at[i];
      FloatVector x0 = all(a[p]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = all(a[p + 1]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = all(a[p + 2]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = all(a[p + 3]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
      FloatVector x4 = all(a[p + 4]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = all(a[p + 5]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
    }
    c00.intoArray(c, cAt);
    c01.intoArray(c, cAt + LENGTH);
    c10.intoArray(c, cAt + ld);
    c11.intoArray(c, cAt + ld + LENGTH);
    c20.intoArray(c, cAt + 2 * ld);
    c21.intoArray(c, cAt + 2 * ld + LENGTH);
    c30.intoArray(c, cAt + 3 * ld);
    c31.intoArray(c, cAt + 3 * ld + LENGTH);
    c40.intoArray(c, cAt + 4 * ld);
    c41.intoArray(c, cAt + 4 * ld + LENGTH);
    c50.intoArray(c, cAt + 5 * ld);
    c51.intoArray(c, cAt + 5 * ld + LENGTH);
  }
}
