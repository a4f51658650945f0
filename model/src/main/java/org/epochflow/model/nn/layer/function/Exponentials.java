package org.epochflow.model.nn.layer.function;

import static org.epochflow.model.nn.layer.function.Pieces.above0;
import static org.epochflow.model.nn.layer.function.Rationals.expm1;

import org.epochflow.model.kernel.Kernels;

/** Curves made of e to the x. */
public final class Exponentials {
  private static final float ROOT_OF_HALF = 0.70710677f;
  private static final float DENSITY_AT_0 = 0.3989423f;

  private Exponentials() {}

  /** {@code y = e^x}. */
  public record Exponential() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      kernels.exp(x, y, from, to);
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      System.arraycopy(y, from, slopes, from, to - from);
    }
  }

  /** {@code y = 1 / (1 + e^-x)}. */
  public record Sigmoid() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      sigmoid(kernels, x, y, from, to);
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        slopes[i] = y[i] * (1 - y[i]);
      }
    }
  }

  private static void sigmoid(Kernels kernels, float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = -x[i];
    }
    kernels.exp(y, y, from, to);
    for (int i = from; i < to; i++) {
      y[i] = 1 / (1 + y[i]);
    }
  }

  /** {@code y = x / (1 + e^-x)}. */
  public record Silu() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      sigmoid(kernels, x, y, from, to);
      for (int i = from; i < to; i++) {
        y[i] *= x[i];
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      sigmoid(kernels, x, slopes, from, to);
      for (int i = from; i < to; i++) {
        slopes[i] *= 1 + x[i] * (1 - slopes[i]);
      }
    }
  }

  /**
   * {@code y = sign log(1 + e^(sign x))}: a softplus, or a log sigmoid if {@code sign} is -1. It is
   * {@code sign (max(sign x, 0) + log(1 + u))}, {@code u = e^-|x|}, and {@code log(1 + u) = 2
   * atanh(s)}, {@code s = u / (2 + u)} up to a third, by its series.
   */
  public record Softplus(float sign) implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = -Math.abs(x[i]);
      }
      kernels.exp(y, y, from, to);
      for (int i = from; i < to; i++) {
        float s = y[i] / (2 + y[i]);
        float s2 = s * s;
        float series = 1 / 15f;
        series = Math.fma(series, s2, 1 / 13f);
        series = Math.fma(series, s2, 1 / 11f);
        series = Math.fma(series, s2, 1 / 9f);
        series = Math.fma(series, s2, 1 / 7f);
        series = Math.fma(series, s2, 1 / 5f);
        series = Math.fma(series, s2, 1 / 3f);
        series = Math.fma(series, s2, 1f);
        y[i] = sign * (Math.max(sign * x[i], 0) + 2 * s * series);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        slopes[i] = -expm1(-sign * y[i]);
      }
    }
  }

  /** {@code y = x tanh(log(1 + w)) = x q / (q + 2)}, {@code w = e^x}, {@code q = w (w + 2)}. */
  public record Mish() implements Curve {
    /** From here on the quotient is 1 in float32. */
    private static final float MOST = 20;

    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      powers(kernels, x, y, from, to);
      for (int i = from; i < to; i++) {
        float q = y[i] * (y[i] + 2);
        y[i] = x[i] * (q / (q + 2));
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      powers(kernels, x, slopes, from, to);
      for (int i = from; i < to; i++) {
        float w = slopes[i];
        float q = w * (w + 2);
        float below = q + 2;
        slopes[i] = q / below + x[i] * (4 * w / below * ((w + 1) / below));
      }
    }

    private static void powers(Kernels kernels, float[] x, float[] w, int from, int to) {
      for (int i = from; i < to; i++) {
        w[i] = Math.min(x[i], MOST);
      }
      kernels.exp(w, w, from, to);
    }
  }

  /** {@code y = scale x} where {@code x > 0}, else {@code y = scale alpha (e^x - 1)}. */
  public record ExponentialLinear(float scale, float alpha) implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      float low = scale * alpha;
      for (int i = from; i < to; i++) {
        y[i] = scale * Math.max(x[i], 0) + low * expm1(Math.min(x[i], 0));
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      float low = scale * alpha;
      for (int i = from; i < to; i++) {
        float above = above0(x[i]);
        slopes[i] = scale * above + low * (1 + expm1(Math.min(x[i], 0))) * (1 - above);
      }
    }
  }

  /**
   * {@code y = x P(X <= x)} of a standard normal X: {@code x - |x| h} or {@code -|x| h}, {@code h =
   * e^(-x^2/2) erfcx(|x| / sqrt(2)) / 2} the probability beyond {@code |x|}.
   */
  public record Gelu() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      bells(kernels, x, y, from, to);
      for (int i = from; i < to; i++) {
        float size = Math.abs(x[i]);
        y[i] = Math.max(x[i], 0) - size * (y[i] * halfErfcx(size * ROOT_OF_HALF));
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      bells(kernels, x, slopes, from, to);
      for (int i = from; i < to; i++) {
        float above = above0(x[i]);
        float beyond = slopes[i] * halfErfcx(Math.abs(x[i]) * ROOT_OF_HALF);
        slopes[i] = above + (1 - 2 * above) * beyond + x[i] * (DENSITY_AT_0 * slopes[i]);
      }
    }

    private static void bells(Kernels kernels, float[] x, float[] bells, int from, int to) {
      for (int i = from; i < to; i++) {
        bells[i] = -0.5f * x[i] * x[i];
      }
      kernels.exp(bells, bells, from, to);
    }

    /**
     * {@code e^(a^2) erfc(a) / 2} for {@code a} of 0 or more: {@code (1 + P(q)) / (1 + 2 a) / 2},
     * {@code q = (a - 2) / (a + 2)} (Shepherd and Laframboise, 1981), with a polynomial for
     * float32.
     */
    private static float halfErfcx(float a) {
      float q = (a - 2) / (a + 2);
      float p = 0x1.f10000p-15f;
      p = Math.fma(p, q, 0x1.521cc6p-13f);
      p = Math.fma(p, q, -0x1.6b4ffep-12f);
      p = Math.fma(p, q, -0x1.6e2a7cp-10f);
      p = Math.fma(p, q, 0x1.3c1d7ep-10f);
      p = Math.fma(p, q, 0x1.1cc236p-7f);
      p = Math.fma(p, q, -0x1.069940p-7f);
      p = Math.fma(p, q, -0x1.bc1b6cp-5f);
      p = Math.fma(p, q, 0x1.4ff8acp-3f);
      p = Math.fma(p, q, -0x1.54081ap-3f);
      p = Math.fma(p, q, -0x1.7bf5cep-4f);
      p = Math.fma(p, q, 0x1.1ba03ap-2f);
      return (1 + p) / (2 + 4 * a);
    }
  }
}
