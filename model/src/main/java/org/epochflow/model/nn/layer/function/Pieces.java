package org.epochflow.model.nn.layer.function;

import org.epochflow.model.kernel.Kernels;

/** Curves of straight pieces and parabolas. */
public final class Pieces {
  /** Twice a factor: it takes every float above 0, also a subnormal one, to 1 or more. */
  private static final float LARGE = 0x1p127f;

  private Pieces() {}

  /** 1 where {@code x > 0}, else 0; NaN of NaN. */
  static float above0(float x) {
    return Math.min(Math.max(x, 0) * LARGE * LARGE, 1);
  }

  /** {@code y = x} where {@code x > 0}, else {@code y = slope x}. */
  public record Leaky(float slope) implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = Math.max(x[i], 0) + slope * Math.min(x[i], 0);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        float above = above0(x[i]);
        slopes[i] = above + slope * (1 - above);
      }
    }
  }

  /**
   * {@code y = min(x, most)} where {@code x > threshold}, else {@code y = slope (x - threshold)}.
   *
   * @param threshold 0 or more
   */
  public record Rectified(float slope, float threshold, float most) implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        float passed = Math.min(Math.max(x[i], 0), most) * above0(x[i] - threshold);
        y[i] = passed + slope * Math.min(x[i] - threshold, 0);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        float above = above0(x[i] - threshold);
        slopes[i] = above * (1 - above0(x[i] - most)) + slope * (1 - above);
      }
    }
  }

  /** {@code y = scale x + shift}, at least {@code low} and at most {@code high}. */
  public record Clipped(float scale, float shift, float low, float high) implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = Math.min(Math.max(scale * x[i] + shift, low), high);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        float line = scale * x[i] + shift;
        slopes[i] = scale * above0(line - low) * (1 - above0(line - high));
      }
    }
  }

  /** {@code y = x min(max(x + 3, 0), 6) / 6}. */
  public record HardSilu() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = x[i] * (Math.min(Math.max(x[i] + 3, 0), 6) / 6);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        float inside = above0(x[i] + 3) * (1 - above0(x[i] - 3));
        slopes[i] = (Math.min(Math.max(x[i] + 3, 0), 6) + x[i] * inside) / 6;
      }
    }
  }

  /** {@code y = x} where {@code |x| > threshold}, else 0. */
  public record HardShrink(float threshold) implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = x[i] * above0(Math.abs(x[i]) - threshold);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        slopes[i] = above0(Math.abs(x[i]) - threshold);
      }
    }
  }

  /** {@code y = x}, nearer to 0 by {@code threshold}, and 0 where that would cross it. */
  public record SoftShrink(float threshold) implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = Math.max(x[i] - threshold, 0) + Math.min(x[i] + threshold, 0);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        slopes[i] = above0(Math.abs(x[i]) - threshold);
      }
    }
  }

  /** {@code y = 0} up to -1, {@code (x + 1)^2 / 4} up to 1, and {@code x} beyond. */
  public record SparsePlus() implements Curve {
    @Override
    public void values(Kernels kernels, float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        float bent = Math.min(Math.max(x[i] + 1, 0), 2);
        y[i] = bent * bent / 4 + Math.max(x[i] - 1, 0);
      }
    }

    @Override
    public void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to) {
      for (int i = from; i < to; i++) {
        slopes[i] = Math.min(Math.max(x[i] + 1, 0), 2) / 2;
      }
    }
  }
}
