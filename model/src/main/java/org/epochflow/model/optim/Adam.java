package org.epochflow.model.optim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Kernels.AdamStep;
import org.epochflow.model.kernel.Update;

/**
 * Adam as Keras steps it (Kingma and Ba, 2015, algorithm 1 with the efficiency of section 2, so
 * epsilon is "epsilon hat"): {@code a = rate sqrt(1 - b2^t) / (1 - b1^t)}, {@code m += (g - m)(1 -
 * b1)}, {@code v += (g^2 - v)(1 - b2)}, {@code w -= a m / (sqrt(v) + epsilon)}.
 */
public record Adam(
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
    @Setting(value = "Added to the divisor, which may be near 0", above = 0) double epsilon)
    implements Optimizer {
  static final double RATE = 0.001;

  /** With Keras's settings. */
  public Adam() {
    this(0.9, 0.999, 1e-7);
  }

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public List<String> slots() {
    return List.of("m", "v");
  }

  @Override
  public double defaultRate() {
    return RATE;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    double corrected =
        rate
            * Math.sqrt(1 - StrictMath.pow(beta2, (double) t))
            / (1 - StrictMath.pow(beta1, (double) t));
    AdamStep step =
        new AdamStep(
            slots.get(0),
            slots.get(1),
            (float) corrected,
            (float) (1 - beta1),
            (float) (1 - beta2),
            (float) epsilon);
    return (kernels, w, from, to, g, at) -> kernels.adam(w, from, to, g, at, step);
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object();
    settings.put("beta_1", beta1).put("beta_2", beta2).put("epsilon", epsilon);
    return new KerasForm("Adam", settings.put("amsgrad", false));
  }
}
