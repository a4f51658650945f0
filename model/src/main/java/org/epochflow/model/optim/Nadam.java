package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Update;

/**
 * Adam with Nesterov momentum (Dozat, 2015) as Keras steps it: {@code u(t) = b1 (1 - 0.96^t / 2)},
 * {@code p(t) = u(1) ... u(t)}, m and v as {@link Adam}'s, {@code mHat = u(t + 1) m / (1 - p(t +
 * 1)) + (1 - u(t)) g / (1 - p(t))}, {@code vHat = v / (1 - b2^t)}, {@code w -= rate mHat /
 * (sqrt(vHat) + epsilon)}.
 */
public record Nadam(
    @Setting(
            value = "How much of the mean of the gradients each step keeps",
            atLeast = 0,
            below = 1)
        double beta1,
    @Setting(
            value = "How much of the mean of the squared gradients each step keeps",
            atLeast = 0,
            below = 1)
        double beta2,
    @Setting(value = "Added to the divisor, which may be near 0", above = 0) double epsilon,
    @JsonUnwrapped CommonSettings common)
    implements Optimizer {
  private static final double DECAY = 0.96;

  /** Up to here {@code 0.96^t} changes the product in float64. */
  private static final long DECAYS = 1000;

  /** With Keras's settings. */
  public Nadam() {
    this(0.9, 0.999, 1e-7, CommonSettings.NONE);
  }

  @Override
  public String name() {
    return "nadam";
  }

  @Override
  public List<String> slots() {
    return List.of("m", "v");
  }

  @Override
  public double defaultRate() {
    return 0.001;
  }

  private double u(long t) {
    return beta1 * (1 - 0.5 * StrictMath.pow(DECAY, (double) t));
  }

  private double product(long t) {
    double product = StrictMath.pow(beta1, (double) t);
    double power = 1;
    for (long i = 1; i <= Math.min(t, DECAYS); i++) {
      power *= DECAY;
      product *= 1 - 0.5 * power;
    }
    return product;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    double product = product(t);
    double next = u(t + 1);
    float ofMean = (float) (rate * next / (1 - product * next));
    float ofGradient = (float) (rate * (1 - u(t)) / (1 - product));
    float correction = (float) (1 / (1 - StrictMath.pow(beta2, (double) t)));
    float more = (float) epsilon;
    return Pieces.update(
        slots,
        (w, g, state, count) -> {
          float[] m = state[0];
          float[] v = state[1];
          Pieces.approach(m, g, (float) (1 - beta1), count);
          Pieces.approachSquares(v, g, (float) (1 - beta2), count);
          for (int i = 0; i < count; i++) {
            float change = ofMean * m[i] + ofGradient * g[i];
            w[i] -= change / ((float) Math.sqrt(v[i] * correction) + more);
          }
        });
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object().put("beta_1", beta1).put("beta_2", beta2);
    return new KerasForm("Nadam", settings.put("epsilon", epsilon));
  }

  /** The product p. */
  @Override
  public List<Float> kerasNumbers(long t) {
    return List.of((float) product(t));
  }
}
