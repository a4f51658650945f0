package org.epochflow.model.optim;

import java.util.List;

/**
 * The server's step of FedAdam (Reddi et al., 2021, "Adaptive federated optimization", arXiv
 * 2003.00295, algorithm 2): with D the weighted mean change of the replicas' parameters, {@code m =
 * b1 m + (1 - b1) D}, {@code v = b2 v + (1 - b2) D^2}, {@code w += eta m / (sqrt(v) + tau)}, b1
 * 0.9, b2 0.99, tau 1e-3, and no correction of the bias.
 */
public final class ServerAdam {
  /** What the vectors of its state hold. */
  public static final List<String> SLOTS = List.of("m", "v");

  private static final float BETA_1 = 0.9f;
  private static final float BETA_2 = 0.99f;
  private static final float TAU = 1e-3f;

  private ServerAdam() {}

  /**
   * Steps the parameters {@code from} to {@code to}, exclusive, and their slots.
   *
   * @param w the replicas' mean, which becomes the result
   * @param start what the replicas began from: D is their difference
   */
  public static void step(
      float[] w, List<float[]> slots, float[] start, int from, int to, double eta) {
    float[] m = slots.get(0);
    float[] v = slots.get(1);
    float rate = (float) eta;
    for (int i = from; i < to; i++) {
      float d = w[i] - start[i];
      m[i] = BETA_1 * m[i] + (1 - BETA_1) * d;
      v[i] = BETA_2 * v[i] + (1 - BETA_2) * d * d;
      w[i] = start[i] + rate * m[i] / ((float) Math.sqrt(v[i]) + TAU);
    }
  }
}
