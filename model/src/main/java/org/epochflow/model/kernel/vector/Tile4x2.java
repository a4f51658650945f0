package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * The {@link Tile} of 4 rows and 2 vectors. Each sum has a register of its own, so each line is
 * repeated for each sum: C2 keeps neither an array nor the results of a called method in registers.
 */
final class Tile4x2 {
  private Tile4x2() {}

  /** See {@link Tile#rows}. */
  static void rows(
      float[] a,
      int[] at,
      int from,
      int shift,
      float[] b,
      int k,
      float[] s,
      int[] sAt,
      int sFrom,
      int sShift,
      float[] c,
      int[] cAt,
      int cFrom,
      int cShift) {
    int a0 = at[from + 0] + shift;
    int a1 = at[from + 1] + shift;
    int a2 = at[from + 2] + shift;
    int a3 = at[from + 3] + shift;
    int s0 = sAt[sFrom + 0] + sShift;
    FloatVector c00 = load(s, s0);
    FloatVector c01 = load(s, s0 + LENGTH);
    int s1 = sAt[sFrom + 1] + sShift;
    FloatVector c10 = load(s, s1);
    FloatVector c11 = load(s, s1 + LENGTH);
    int s2 = sAt[sFrom + 2] + sShift;
    FloatVector c20 = load(s, s2);
    FloatVector c21 = load(s, s2 + LENGTH);
    int s3 = sAt[sFrom + 3] + sShift;
    FloatVector c30 = load(s, s3);
    FloatVector c31 = load(s, s3 + LENGTH);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = load(b, i * (2 * LENGTH));
      FloatVector b1 = load(b, i * (2 * LENGTH) + LENGTH);
      FloatVector x0 = all(a[a0 + i]);
      c00 = x0.fma(b0, c00);
      c01 = x0.fma(b1, c01);
      FloatVector x1 = all(a[a1 + i]);
      c10 = x1.fma(b0, c10);
      c11 = x1.fma(b1, c11);
      FloatVector x2 = all(a[a2 + i]);
      c20 = x2.fma(b0, c20);
      c21 = x2.fma(b1, c21);
      FloatVector x3 = all(a[a3 + i]);
      c30 = x3.fma(b0, c30);
      c31 = x3.fma(b1, c31);
    }
    int t0 = cAt[cFrom + 0] + cShift;
    c00.intoArray(c, t0);
    c01.intoArray(c, t0 + LENGTH);
    int t1 = cAt[cFrom + 1] + cShift;
    c10.intoArray(c, t1);
    c11.intoArray(c, t1 + LENGTH);
    int t2 = cAt[cFrom + 2] + cShift;
    c20.intoArray(c, t2);
    c21.intoArray(c, t2 + LENGTH);
    int t3 = cAt[cFrom + 3] + cShift;
    c30.intoArray(c, t3);
    c31.intoArray(c, t3 + LENGTH);
  }
}
