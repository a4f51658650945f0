package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Update;

/**
 * Gradient descent, {@code w -= rate g}, as Keras steps it. With momentum (Polyak, 1964) it moves
 * at a velocity: {@code v = momentum v - rate g}, {@code w += v}; in Nesterov's form (1983) {@code
 * w += momentum v - rate g}. Without momentum it has no state.
 */
public record Sgd(
    @Setting(value = "Share of the last step that is added to each step", atLeast = 0, below = 1)
        double momentum,
    @Setting("Take the gradient as if the momentum had already moved the parameters")
        boolean nesterov,
    @JsonUnwrapped CommonSettings common)
    implements Optimizer {
  /** Plain descent. */
  public Sgd() {
    this(0, false);
  }

  /** Without weight decay and clipping. */
  public Sgd(double momentum, boolean nesterov) {
    this(momentum, nesterov, CommonSettings.NONE);
  }

  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of("v");
  }

  @Override
  public double defaultRate() {
    return 0.01;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    float kept = (float) momentum;
    float change = (float) -rate;
    if (momentum == 0) {
      return (kernels, w, from, to, g, at) -> kernels.axpy(change, g, at, w, from, to);
    }
    float[] v = slots.get(0);
    return (kernels, w, from, to, g, at) -> {
      fade(v, from, to, kept);
      kernels.axpy(change, g, at, v, from, to);
      if (nesterov) {
        kernels.axpy(kept, v, from, w, from, to);
        kernels.axpy(change, g, at, w, from, to);
      } else {
        kernels.axpy(1, v, from, w, from, to);
      }
    };
  }

  private static void fade(float[] v, int from, int to, float kept) {
    for (int i = from; i < to; i++) {
      v[i] = kept * v[i] + Pieces.FADE - Pieces.FADE;
    }
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object().put("momentum", momentum).put("nesterov", nesterov);
    return new KerasForm("SGD", settings);
  }
}
