package org.epochflow.model.optim;

import org.epochflow.model.kernel.Kernels;

/**
 * Adam as Keras steps it (Kingma and Ba, 2015, algorithm 1 with the efficiency of section 2, so
 * epsilon is "epsilon hat"): {@code a = rate sqrt(1 - b2^t) / (1 - b1^t)}, {@code m += (g - m)(1 -
 * b1)}, {@code v += (g^2 - v)(1 - b2)}, {@code w -= a m / (sqrt(v) + epsilon)}, with b1 0.9, b2
 * 0.999, epsilon 1e-7. Its state is m, v and t, the caller's.
 */
public final class Adam {
  public static final double BETA_1 = 0.9;
  public static final double BETA_2 = 0.999;
  public static final double EPSILON = 1e-7;

  private Adam() {}

  /**
   * Takes step number {@code t}, counted from 1, in place.
   *
   * @param g the gradient; all four vectors are of one length
   */
  public static void step(
      Kernels kernels, float[] w, float[] m, float[] v, float[] g, double rate, long t) {
    double corrected =
        rate
            * Math.sqrt(1 - StrictMath.pow(BETA_2, (double) t))
            / (1 - StrictMath.pow(BETA_1, (double) t));
    kernels.adam(
        w,
        m,
        v,
        g,
        new Kernels.AdamStep(
            (float) corrected, (float) (1 - BETA_1), (float) (1 - BETA_2), (float) EPSILON));
  }
}
