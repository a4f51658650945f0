package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * The {@link Tile} of 8 rows and 1 vector. Each sum has a register of its own, so each line is
 * repeated for each sum: C2 keeps neither an array nor the results of a called method in registers.
 */
final class Tile8x1 {
  private Tile8x1() {}

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
    int a4 = at[from + 4] + shift;
    int a5 = at[from + 5] + shift;
    int a6 = at[from + 6] + shift;
    int a7 = at[from + 7] + shift;
    int s0 = sAt[sFrom + 0] + sShift;
    FloatVector c00 = load(s, s0);
    int s1 = sAt[sFrom + 1] + sShift;
    FloatVector c10 = load(s, s1);
    int s2 = sAt[sFrom + 2] + sShift;
    FloatVector c20 = load(s, s2);
    int s3 = sAt[sFrom + 3] + sShift;
    FloatVector c30 = load(s, s3);
    int s4 = sAt[sFrom + 4] + sShift;
    FloatVector c40 = load(s, s4);
    int s5 = sAt[sFrom + 5] + sShift;
    FloatVector c50 = load(s, s5);
    int s6 = sAt[sFrom + 6] + sShift;
    FloatVector c60 = load(s, s6);
    int s7 = sAt[sFrom + 7] + sShift;
    FloatVector c70 = load(s, s7);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = load(b, i * LENGTH);
      c00 = all(a[a0 + i]).fma(b0, c00);
      c10 = all(a[a1 + i]).fma(b0, c10);
      c20 = all(a[a2 + i]).fma(b0, c20);
      c30 = all(a[a3 + i]).fma(b0, c30);
      c40 = all(a[a4 + i]).fma(b0, c40);
      c50 = all(a[a5 + i]).fma(b0, c50);
      c60 = all(a[a6 + i]).fma(b0, c60);
      c70 = all(a[a7 + i]).fma(b0, c70);
    }
    int t0 = cAt[cFrom + 0] + cShift;
    c00.intoArray(c, t0);
    int t1 = cAt[cFrom + 1] + cShift;
    c10.intoArray(c, t1);
    int t2 = cAt[cFrom + 2] + cShift;
    c20.intoArray(c, t2);
    int t3 = cAt[cFrom + 3] + cShift;
    c30.intoArray(c, t3);
    int t4 = cAt[cFrom + 4] + cShift;
    c40.intoArray(c, t4);
    int t5 = cAt[cFrom + 5] + cShift;
    c50.intoArray(c, t5);
    int t6 = cAt[cFrom + 6] + cShift;
    c60.intoArray(c, t6);
    int t7 = cAt[cFrom + 7] + cShift;
    c70.intoArray(c, t7);
  }

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
    FloatVector c60 = load(s, sAt + 6 * sLd);
    FloatVector c70 = load(s, sAt + 7 * sLd);
    for (int i = 0; i < k; i++) {
      FloatVector b0 = load(b, i * LENGTH);
      int p = at[i];
      c00 = all(a[p]).fma(b0, c00);
      c10 = all(a[p + 1]).fma(b0, c10);
      c20 = all(a[p + 2]).fma(b0, c20);
      c30 = all(a[p + 3]).fma(b0, c30);
      c40 = all(a[p + 4]).fma(b0, c40);
      c50 = all(a[p + 5]).fma(b0, c50);
      c60 = all(a[p + 6]).fma(b0, c60);
      c70 = all(a[p + 7]).fma(b0, c70);
    }
    c00.intoArray(c, cAt);
    c10.intoArray(c, cAt + ld);
    c20.intoArray(c, cAt + 2 * ld);
    c30.intoArray(c, cAt + 3 * ld);
    c40.intoArray(c, cAt + 4 * ld);
    c50.intoArray(c, cAt + 5 * ld);
    c60.intoArray(c, cAt + 6 * ld);
    c70.intoArray(c, cAt + 7 * ld);
  }
}
