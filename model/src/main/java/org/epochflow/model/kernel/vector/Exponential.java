package org.epochflow.model.kernel.vector;

/**
 * e to the x, for x up to 0, to about one unit in the last place: {@code x = n ln 2 + r}, a
 * polynomial for {@code e^r}, and two factors that make {@code 2^n}, so that results below the
 * normal numbers are rounded once. The polynomial is Cephes's expf (Moshier, 1989). Fused
 * operations alone, the same bits on every machine.
 */
final class Exponential {
  private static final float LEAST = -104f;
  private static final float LOG2_E = 1.442695f;
  private static final float LN2_HIGH = 0x1.63p-1f;
  private static final float LN2_LOW = -2.1219444e-4f;

  /** Added and taken away again, it rounds to a whole number. */
  private static final float ROUNDER = 0x1.8p23f;

  private Exponential() {}

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
    return Float.intBitsToFloat((exponent + 127) << 23);
  }
}
