package org.epochflow.model.kernel.vector;

import static jdk.incubator.vector.VectorOperators.LE;
import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;

/**
 * The {@link Tile} of 4 rows and 2 vectors, and the inner loops of {@link VectorDepthwise}. Each
 * sum has a register of its own, so each line is repeated for each sum: C2 keeps neither an array
 * nor the results of a called method in registers.
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

  /**
   * Four positions of a depthwise convolution, {@code step} apart: {@code y = max(b + sum over
   * places of x w, least)}. Those beyond {@code last} are computed as that one, and again.
   *
   * @param offsets where the inputs of the places are, counted from {@code at}
   * @param w a row of {@code b}, then one for each place, {@code apart} from each other
   * @param second where the second vector is, counted from the first
   */
  static void positions(
      float[] x,
      int at,
      int step,
      int last,
      int[] offsets,
      int places,
      float[] w,
      int wAt,
      int apart,
      int second,
      float least,
      float[] y,
      int to,
      int yStep) {
    int at1 = at + Math.min(1, last) * step;
    int at2 = at + Math.min(2, last) * step;
    int at3 = at + last * step;
    int row = wAt;
    FloatVector a0 = load(w, row);
    FloatVector b0 = load(w, row + second);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector a2 = a0;
    FloatVector b2 = b0;
    FloatVector a3 = a0;
    FloatVector b3 = b0;
    for (int place = 0; place < places; place++) {
      row += apart;
      int offset = offsets[place];
      FloatVector wa = load(w, row);
      FloatVector wb = load(w, row + second);
      a0 = load(x, at + offset).fma(wa, a0);
      b0 = load(x, at + offset + second).fma(wb, b0);
      a1 = load(x, at1 + offset).fma(wa, a1);
      b1 = load(x, at1 + offset + second).fma(wb, b1);
      a2 = load(x, at2 + offset).fma(wa, a2);
      b2 = load(x, at2 + offset + second).fma(wb, b2);
      a3 = load(x, at3 + offset).fma(wa, a3);
      b3 = load(x, at3 + offset + second).fma(wb, b3);
    }
    FloatVector floor = all(least);
    int to1 = to + Math.min(1, last) * yStep;
    int to2 = to + Math.min(2, last) * yStep;
    int to3 = to + last * yStep;
    a0.blend(floor, a0.compare(LE, floor)).intoArray(y, to);
    b0.blend(floor, b0.compare(LE, floor)).intoArray(y, to + second);
    a1.blend(floor, a1.compare(LE, floor)).intoArray(y, to1);
    b1.blend(floor, b1.compare(LE, floor)).intoArray(y, to1 + second);
    a2.blend(floor, a2.compare(LE, floor)).intoArray(y, to2);
    b2.blend(floor, b2.compare(LE, floor)).intoArray(y, to2 + second);
    a3.blend(floor, a3.compare(LE, floor)).intoArray(y, to3);
    b3.blend(floor, b3.compare(LE, floor)).intoArray(y, to3 + second);
  }

  /**
   * The gradients of three places of a depthwise convolution's kernel: adds {@code x dy} at each of
   * some positions to {@code g}, from the first to the last.
   *
   * @param second where the second vector is, counted from the first
   */
  static void places(
      float[] x,
      int at0,
      int at1,
      int at2,
      int step,
      float[] dy,
      int dyAt,
      int dyStep,
      int positions,
      float[] g,
      int g0,
      int g1,
      int g2,
      int second) {
    FloatVector a0 = load(g, g0);
    FloatVector b0 = load(g, g0 + second);
    FloatVector a1 = load(g, g1);
    FloatVector b1 = load(g, g1 + second);
    FloatVector a2 = load(g, g2);
    FloatVector b2 = load(g, g2 + second);
    int shift = 0;
    int from = dyAt;
    for (int j = 0; j < positions; j++) {
      FloatVector a = load(dy, from);
      FloatVector b = load(dy, from + second);
      a0 = load(x, at0 + shift).fma(a, a0);
      b0 = load(x, at0 + shift + second).fma(b, b0);
      a1 = load(x, at1 + shift).fma(a, a1);
      b1 = load(x, at1 + shift + second).fma(b, b1);
      a2 = load(x, at2 + shift).fma(a, a2);
      b2 = load(x, at2 + shift + second).fma(b, b2);
      shift += step;
      from += dyStep;
    }
    a0.intoArray(g, g0);
    b0.intoArray(g, g0 + second);
    a1.intoArray(g, g1);
    b1.intoArray(g, g1 + second);
    a2.intoArray(g, g2);
    b2.intoArray(g, g2 + second);
  }
}
