package org.epochflow.model.optim;

import org.epochflow.model.kernel.Kernels.AdamStep;

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
   * Step number {@code t}, counted from 1.
   *
   * @param m the first moments, of as many values as there are parameters; {@code v} the second.
   *     Updates change them
   */
  public static AdamStep step(float[] m, float[] v, double rate, long t) {
    double corrected =
        rate
            * Math.sqrt(1 - StrictMath.pow(BETA_2, (double) t))
            / (1 - StrictMath.pow(BETA_1, (double) t));
    return new AdamStep(
        m, v, (float) corrected, (float) (1 - BETA_1), (float) (1 - BETA_2), (float) EPSILON);
  }
}
