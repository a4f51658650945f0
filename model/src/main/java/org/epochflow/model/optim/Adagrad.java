package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Update;

/**
 * Adagrad (Duchi et al., 2011) as Keras steps it: {@code a += g^2}, {@code w -= rate g / sqrt(a +
 * epsilon)}.
 */
public record Adagrad(
    @Setting(value = "What the sum of the squared gradients begins with", atLeast = 0)
        double initialAccumulatorValue,
    @Setting(value = "Added to the divisor, which may be near 0", above = 0) double epsilon,
    @JsonUnwrapped CommonSettings common)
    implements Optimizer {
  /** With Keras's settings. */
  public Adagrad() {
    this(0.1, 1e-7, CommonSettings.NONE);
  }

  @Override
  public String name() {
    return "adagrad";
  }

  @Override
  public List<String> slots() {
    return List.of("a");
  }

  @Override
  public float initially(int slot) {
    return (float) initialAccumulatorValue;
  }

  @Override
  public double defaultRate() {
    return 0.001;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    float times = (float) rate;
    float more = (float) epsilon;
    return Pieces.update(
        slots,
        (w, g, state, count) -> {
          float[] a = state[0];
          for (int i = 0; i < count; i++) {
            a[i] += g[i] * g[i];
          }
          for (int i = 0; i < count; i++) {
            w[i] -= times * g[i] / (float) Math.sqrt(a[i] + more);
          }
        });
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object().put("initial_accumulator_value", initialAccumulatorValue);
    return new KerasForm("Adagrad", settings.put("epsilon", epsilon));
  }
}
