package org.epochflow.model.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;
import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * e to the x, to about one unit in the last place: {@code x = n ln 2 + r}, a polynomial for {@code
 * e^r}, and two factors that make {@code 2^n}, so that results below the normal numbers are rounded
 * once. The polynomial is Cephes's expf (Moshier, 1989). Fused operations alone, the same bits on
 * every machine.
 */
final class Exponential {
  private static final float LEAST = -104f;

  /** Its result is infinite. */
  private static final float MOST = 104f;

  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = -2.1219444e-4f;

  /** Added and taken away again, it rounds to a whole number. */
  private static final float ROUNDER = 0x1.8p23f;

  private static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
  private static final int BIAS = 127;
  private static final int FRACTION_BITS = 23;

  private Exponential() {}

  /** {@code y = e^x}: each value by the same operations, alone or in a vector. */
  static void of(float[] x, float[] y, int from, int to) {
    int i = from;
    FloatVector least = all(LEAST);
    FloatVector most = all(MOST);
    FloatVector log2e = all(LOG2_E);
    FloatVector rounder = all(ROUNDER);
    for (; i <= to - LENGTH; i += LENGTH) {
      FloatVector v = load(x, i);
      v = v.blend(least, v.compare(LT, least));
      v = v.blend(most, v.compare(GT, most));
      FloatVector rounded = v.fma(log2e, rounder);
      FloatVector n = rounded.sub(rounder);
      FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), v));
      FloatVector p = all(1.9875691e-4f);
      p = p.fma(r, all(1.3981999e-3f));
      p = p.fma(r, all(8.333452e-3f));
      p = p.fma(r, all(4.1665796e-2f));
      p = p.fma(r, all(1.6666666e-1f));
      p = p.fma(r, all(0.5f));
      p = p.fma(r.mul(r), r).add(all(1f));
      // The last bits of what was rounded are n.
      IntVector exponent = rounded.reinterpretAsInts().sub(ROUNDER_BITS);
      IntVector half = exponent.lanewise(ASHR, 1);
      IntVector rest = exponent.sub(half);
      FloatVector first = half.add(BIAS).lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
      FloatVector second = rest.add(BIAS).lanewise(LSHL, FRACTION_BITS).reinterpretAsFloats();
      p.mul(first).mul(second).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = of(x[i] > MOST ? MOST : x[i]);
    }
  }

  /**
   * @param x at most 104
   */
  static float of(float x) {
    float clamped = x < LEAST ? LEAST : x;
    float n = Math.fma(clamped, LOG2_E, ROUNDER) - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, clamped));
    float p = 1.9875691e-4f;
    p = Math.fma(p, r, 1.3981999e-3f);
    p = Math.fma(p, r, 8.333452e-3f);
    p = Math.fma(p, r, 4.1665796e-2f);
    p = Math.fma(p, r, 1.6666666e-1f);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(p, r * r, r) + 1f;
    int exponent = (int) n;
    int half = exponent >> 1;
    return p * power(half) * power(exponent - half);
  }

  private static float power(int exponent) {
    return Float.intBitsToFloat((exponent + BIAS) << FRACTION_BITS);
  }
}
