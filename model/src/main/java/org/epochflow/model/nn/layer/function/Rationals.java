package org.epochflow.model.nn.layer.function;

import org.epochflow.model.kernel.Kernels;

/** Curves that are quotients, with or without a root. */
public final class Rationals {
  /** From here on tanh is 1 in float32. */
  private static final float TANH_IS_ONE = 7.905311f;

  private Rationals() {}

  /**
   * tanh, to 3e-7 of it: {@code x P(x^2) / Q(x^2)}, P of degree 6 and Q of degree 3, with Eigen's
   * coefficients (generic_fast_tanh_float).
   */
  static float tanh(float x) {
    float u = Math.max(Math.min(x, TANH_IS_ONE), -TANH_IS_ONE);
    float u2 = u * u;
    float p = -2.7607684e-16f;
    p = Math.fma(p, u2, 2.000188e-13f);
    p = Math.fma(p, u2, -8.604672e-11f);
    p = Math.fma(p, u2, 5.1222973e-8f);
    p = Math.fma(p, u2, 1.48572235e-5f);
    p = Math.fma(p, u2, 6.3726195e-4f);
    p = Math.fma(p, u2, 0.0048935246f);
    float q = 1.1982584e-6f;
    q = Math.fma(q, u2, 1.1853471e-4f);
    q = Math.fma(q, u2, 0.0022684347f);
    q = Math.fma(q, u2, 0.004893525f);
    return u * p / q;
  }

  /** {@code e^x - 1} for {@code x} up to 0, to 5e-7 of it. */
  static float expm1(float x) {
    float t = tanh(x / 2);
    return 2 * t / (1 - t);
  }

  /** {@code y = tanh(x)}. */
  public record Tanh() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = tanh(x[i]);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        slopes[i] = 1 - y[i] * y[i];
      }
    }
  }

  /** {@code y = x - tanh(x)}. */
  public record TanhShrink() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = x[i] - tanh(x[i]);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        float t = tanh(x[i]);
        slopes[i] = t * t;
      }
    }
  }

  /** {@code y = x / (1 + |x|)}. */
  public record Softsign() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = x[i] / (1 + Math.abs(x[i]));
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        float below = 1 + Math.abs(x[i]);
        slopes[i] = 1 / (below * below);
      }
    }
  }

  /** {@code y = (x + sqrt(x^2 + 4)) / 2}, by a form in which nothing cancels. */
  public record Squareplus() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        float root = (float) Math.sqrt(x[i] * x[i] + 4);
        y[i] = Math.max(x[i], 0) + 2 / (root + Math.abs(x[i]));
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        slopes[i] = y[i] / (float) Math.sqrt(x[i] * x[i] + 4);
      }
    }
  }
}
