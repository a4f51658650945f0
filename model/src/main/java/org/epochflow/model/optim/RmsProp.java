package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.Variable;

/**
 * RMSprop (Hinton, 2012) as Keras steps it: {@code v = rho v + (1 - rho) g^2}, {@code w -= rate g /
 * sqrt(v + epsilon)}. Centered, the divisor is {@code sqrt(v - a^2 + epsilon)} with {@code a = rho
 * a + (1 - rho) g}. With momentum, {@code m = momentum m + rate g / divisor} and {@code w -= m}.
 */
public record RmsProp(
    @Setting(
            value = "How much of the mean of the squared gradients each step keeps",
            atLeast = 0,
            below = 1)
        double rho,
    @Setting(value = "Share of the last step that is added to each step", atLeast = 0, below = 1)
        double momentum,
    @Setting(value = "Added to the divisor, which may be near 0", above = 0) double epsilon,
    @Setting("Divide by the gradients' deviation from their mean, not from 0") boolean centered,
    @JsonUnwrapped CommonSettings common)
    implements Optimizer {
  /** With Keras's settings. */
  public RmsProp() {
    this(0.9, 0, 1e-7, false, CommonSettings.NONE);
  }

  @Override
  public String name() {
    return "rmsprop";
  }

  @Override
  public List<String> slots() {
    List<String> slots = new ArrayList<>(List.of("v"));
    if (momentum > 0) {
      slots.add("m");
    }
    if (centered) {
      slots.add("a");
    }
    return slots;
  }

  @Override
  public double defaultRate() {
    return 0.001;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    return Pieces.update(slots, (w, g, state, count) -> step(w, g, state, count, (float) rate));
  }

  private void step(float[] w, float[] g, float[][] state, int count, float rate) {
    float kept = (float) rho;
    float taken = (float) (1 - rho);
    float[] v = state[0];
    for (int i = 0; i < count; i++) {
      v[i] = kept * v[i] + taken * (g[i] * g[i]) + Pieces.FADE - Pieces.FADE;
    }
    if (centered) {
      changeByDeviation(g, v, state[state.length - 1], count, rate);
    } else {
      change(g, v, count, rate);
    }
    float[] change = momentum > 0 ? accelerated(state[1], g, count) : g;
    for (int i = 0; i < count; i++) {
      w[i] -= change[i];
    }
  }

  private float[] accelerated(float[] m, float[] change, int count) {
    float kept = (float) momentum;
    for (int i = 0; i < count; i++) {
      m[i] = kept * m[i] + change[i] + Pieces.FADE - Pieces.FADE;
    }
    return m;
  }

  /** Leaves the change in {@code g}. */
  private void change(float[] g, float[] v, int count, float rate) {
    float more = (float) epsilon;
    for (int i = 0; i < count; i++) {
      g[i] = rate * g[i] / (float) Math.sqrt(v[i] + more);
    }
  }

  private void changeByDeviation(float[] g, float[] v, float[] a, int count, float rate) {
    float kept = (float) rho;
    float taken = (float) (1 - rho);
    float more = (float) epsilon;
    for (int i = 0; i < count; i++) {
      a[i] = kept * a[i] + taken * g[i] + Pieces.FADE - Pieces.FADE;
    }
    for (int i = 0; i < count; i++) {
      g[i] = rate * g[i] / (float) Math.sqrt(v[i] - a[i] * a[i] + more);
    }
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object().put("rho", rho).put("momentum", momentum);
    settings.put("epsilon", epsilon).put("centered", centered);
    return new KerasForm("RMSprop", settings);
  }

  /** All variables of one slot, then those of the next. */
  @Override
  public int kerasPlace(int variable, int slot, List<Variable> variables) {
    return slot * variables.size() + variable;
  }
}
