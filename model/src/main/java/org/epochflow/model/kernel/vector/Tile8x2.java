package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * The {@link Tile} of 8 rows and 2 vectors. Each sum has a register of its own, so each line is
 * repeated for each sum: C2 keeps neither an array nor the results of a called method in registers.
 */
final class Tile8x2 {
  private Tile8x2() {}

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
    int s4 = sAt[sFrom + 4] + sShift;
    FloatVector c40 = load(s, s4);
    FloatVector c41 = load(s, s4 + LENGTH);
    int s5 = sAt[sFrom + 5] + sShift;
    FloatVector c50 = load(s, s5);
    FloatVector c51 = load(s, s5 + LENGTH);
    int s6 = sAt[sFrom + 6] + sShift;
    FloatVector c60 = load(s, s6);
    FloatVector c61 = load(s, s6 + LENGTH);
    int s7 = sAt[sFrom + 7] + sShift;
    FloatVector c70 = load(s, s7);
    FloatVector c71 = load(s, s7 + LENGTH);
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
      FloatVector x4 = all(a[a4 + i]);
      c40 = x4.fma(b0, c40);
      c41 = x4.fma(b1, c41);
      FloatVector x5 = all(a[a5 + i]);
      c50 = x5.fma(b0, c50);
      c51 = x5.fma(b1, c51);
      FloatVector x6 = all(a[a6 + i]);
      c60 = x6.fma(b0, c60);
      c61 = x6.fma(b1, c61);
      FloatVector x7 = all(a[a7 + i]);
      c70 = x7.fma(b0, c70);
      c71 = x7.fma(b1, c71);
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
    int t4 = cAt[cFrom + 4] + cShift;
    c40.intoArray(c, t4);
    c41.intoArray(c, t4 + LENGTH);
    int t5 = cAt[cFrom + 5] + cShift;
    c50.intoArray(c, t5);
    c51.intoArray(c, t5 + LENGTH);
    int t6 = cAt[cFrom + 6] + cShift;
    c60.intoArray(c, t6);
    c61.intoArray(c, t6 + LENGTH);
    int t7 = cAt[cFrom + 7] + cShift;
    c70.intoArray(c, t7);
    c71.intoArray(c, t7 + LENGTH);
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
    FloatVector c60 = load(s, sAt + 6 * sLd);
    FloatVector c61 = load(s, sAt + 6 * sLd + LENGTH);
    FloatVector c70 = load(s, sAt + 7 * sLd);
    FloatVector c71 = load(s, sAt + 7 * sLd + LENGTH);
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
      FloatVector x6 = all(a[p + 6]);
      c60 = x6.fma(b0, c60);
      c61 = x6.fma(b1, c61);
      FloatVector x7 = all(a[p + 7]);
      c70 = x7.fma(b0, c70);
      c71 = x7.fma(b1, c71);
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
    c60.intoArray(c, cAt + 6 * ld);
    c61.intoArray(c, cAt + 6 * ld + LENGTH);
    c70.intoArray(c, cAt + 7 * ld);
    c71.intoArray(c, cAt + 7 * ld + LENGTH);
  }
}
