package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * The {@link Tile} of 4 rows and 1 vector. Each sum has a register of its own, so each line is
 * repeated for each sum: C2 keeps neither an array nor the results of a called method in registers.
 */
final class Tile4x1 {
  private Tile4x1() {}

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
    int s1 = sAt[sFrom + 1] + sShift;
    FloatVector c10 = load(s, s1);
    int s2 = sAt[sFrom + 2] + sShift;
    FloatVector c20 = load(s, s2);
    int s3 = sAt[sFrom + 3] + sShift;
    FloatVector c30 = load(s, s3);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = load(b, i * LENGTH);
      c00 = all(a[a0 + i]).fma(b0, c00);
      c10 = all(a[a1 + i]).fma(b0, c10);
      c20 = all(a[a2 + i]).fma(b0, c20);
      c30 = all(a[a3 + i]).fma(b0, c30);
    }
    int t0 = cAt[cFrom + 0] + cShift;
    c00.intoArray(c, t0);
    int t1 = cAt[cFrom + 1] + cShift;
    c10.intoArray(c, t1);
    int t2 = cAt[cFrom + 2] + cShift;
    c20.intoArray(c, t2);
    int t3 = cAt[cFrom + 3] + cShift;
    c30.intoArray(c, t3);
  }
}
