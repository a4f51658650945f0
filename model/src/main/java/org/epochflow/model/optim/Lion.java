package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Update;

/**
 * Lion (Chen et al., 2023) as Keras steps it: {@code w -= rate sign(b1 m + (1 - b1) g)}, then
 * {@code m = b2 m + (1 - b2) g}. Every parameter moves by the rate, so rates are a third to a tenth
 * of Adam's.
 */
public record Lion(
    @Setting(value = "How much of the mean of the gradients each step keeps", above = 0, below = 1)
        double beta1,
    @Setting(
            value = "How much of the mean of the squared gradients each step keeps",
            atLeast = 0,
            below = 1)
        double beta2,
    @JsonUnwrapped CommonSettings common)
    implements Optimizer {
  /** Makes any normal float 1 or more. */
  private static final float LARGE = 0x1p126f;

  /** And then any subnormal one. */
  private static final float LARGER = 0x1p24f;

  /** With Keras's settings. */
  public Lion() {
    this(0.9, 0.99, CommonSettings.NONE);
  }

  @Override
  public String name() {
    return "lion";
  }

  @Override
  public List<String> slots() {
    return List.of("m");
  }

  @Override
  public double defaultRate() {
    return 0.001;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    float times = (float) rate;
    float kept1 = (float) beta1;
    float kept2 = (float) beta2;
    return Pieces.update(
        slots,
        (w, g, state, count) -> {
          float[] m = state[0];
          for (int i = 0; i < count; i++) {
            // The sign, without a branch.
            float large = (m[i] * kept1 + g[i] * (1 - kept1)) * LARGE * LARGER;
            w[i] -= times * Math.max(-1, Math.min(1, large));
          }
          for (int i = 0; i < count; i++) {
            m[i] = m[i] * kept2 + g[i] * (1 - kept2) + Pieces.FADE - Pieces.FADE;
          }
        });
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object().put("beta_1", beta1).put("beta_2", beta2);
    return new KerasForm("Lion", settings);
  }
}
