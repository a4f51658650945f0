package org.epochflow.model.optim;

import org.epochflow.model.kernel.Kernels;

/** Plain gradient descent: {@code w -= rate g}. It has no state. */
public final class Sgd {
  private Sgd() {}

  public static void step(Kernels kernels, float[] w, float[] g, double rate) {
    kernels.axpy((float) -rate, g, w);
  }
}
