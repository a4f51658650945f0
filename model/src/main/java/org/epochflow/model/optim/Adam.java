package org.epochflow.model.optim;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;

/**
 * Adam as Keras steps it (Kingma and Ba, 2015, algorithm 1 with the efficiency of section 2, so
 * epsilon is "epsilon hat"): {@code a = rate sqrt(1 - b2^t) / (1 - b1^t)}, {@code m += (g - m)(1 -
 * b1)}, {@code v += (g^2 - v)(1 - b2)}, {@code w -= a m / (sqrt(v) + epsilon)}, with b1 0.9, b2
 * 0.999, epsilon 1e-7. Its state is m, v and t, the caller's; this is one of its steps.
 */
public final class Adam {
  public static final double BETA_1 = 0.9;
  public static final double BETA_2 = 0.999;
  public static final double EPSILON = 1e-7;

  private final float[] m;
  private final float[] v;
  private final Kernels.AdamStep numbers;

  private Adam(float[] m, float[] v, Kernels.AdamStep numbers) {
    this.m = m;
    this.v = v;
    this.numbers = numbers;
  }

  /**
   * Step number {@code t}, counted from 1.
   *
   * @param m the first moments, of as many values as there are parameters; {@code v} the second.
   *     Updates change them
   */
  public static Adam step(float[] m, float[] v, double rate, long t) {
    double corrected =
        rate
            * Math.sqrt(1 - StrictMath.pow(BETA_2, (double) t))
            / (1 - StrictMath.pow(BETA_1, (double) t));
    return new Adam(
        m,
        v,
        new Kernels.AdamStep(
            (float) corrected, (float) (1 - BETA_1), (float) (1 - BETA_2), (float) EPSILON));
  }

  /** Steps the parameters {@code from} to {@code to} along their gradient {@code g}, in place. */
  public void update(Kernels kernels, float[] w, float[] g, int from, int to) {
    kernels.adam(w, m, v, g, from, to, numbers);
  }

  /** Steps a dense layer's parameters along their gradient, see {@link Kernels#denseAdam}. */
  public void updateDense(
      Kernels kernels, FMatrixRMaj x, FMatrixRMaj dy, float[] w, float[] gradient, int at) {
    kernels.denseAdam(x, dy, w, m, v, gradient, at, numbers);
  }
}
