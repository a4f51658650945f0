package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.OptBoolean;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Kernels.AdamStep;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.Variable;

/**
 * Adam as Keras steps it (Kingma and Ba, 2015, algorithm 1 with the efficiency of section 2, so
 * epsilon is "epsilon hat"): {@code a = rate sqrt(1 - b2^t) / (1 - b1^t)}, {@code m += (g - m)(1 -
 * b1)}, {@code v += (g^2 - v)(1 - b2)}, {@code w -= a m / (sqrt(v) + epsilon)}. AMSGrad (Reddi et
 * al., 2018) divides by the largest v there was.
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
    @Setting(value = "Added to the divisor, which may be near 0", above = 0) double epsilon,
    @Setting("Divide by the largest mean of squared gradients there was (AMSGrad)")
        @JsonInclude(Include.NON_DEFAULT)
        @JsonProperty(isRequired = OptBoolean.FALSE)
        boolean amsgrad,
    @JsonUnwrapped CommonSettings common)
    implements Optimizer {
  static final double RATE = 0.001;

  /** With Keras's settings. */
  public Adam() {
    this(0.9, 0.999, 1e-7);
  }

  /** Without weight decay and clipping. */
  public Adam(double beta1, double beta2, double epsilon) {
    this(beta1, beta2, epsilon, false, CommonSettings.NONE);
  }

  @Override
  public String name() {
    return "adam";
  }

  @Override
  public List<String> slots() {
    return amsgrad ? List.of("m", "v", "vMax") : List.of("m", "v");
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
    if (amsgrad) {
      return Pieces.update(
          slots, (w, g, state, count) -> stepByLargest(w, g, state, count, (float) corrected));
    }
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

  private void stepByLargest(float[] w, float[] g, float[][] state, int count, float rate) {
    float[] m = state[0];
    float[] v = state[1];
    float[] vMax = state[2];
    float more = (float) epsilon;
    Pieces.approach(m, g, (float) (1 - beta1), count);
    Pieces.approachSquares(v, g, (float) (1 - beta2), count);
    for (int i = 0; i < count; i++) {
      vMax[i] = Math.max(vMax[i], v[i]);
    }
    for (int i = 0; i < count; i++) {
      w[i] -= rate * m[i] / ((float) Math.sqrt(vMax[i]) + more);
    }
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object();
    settings.put("beta_1", beta1).put("beta_2", beta2).put("epsilon", epsilon);
    return new KerasForm("Adam", settings.put("amsgrad", amsgrad));
  }

  /** The largest v of all variables comes after m and v of all variables. */
  @Override
  public int kerasPlace(int variable, int slot, List<Variable> variables) {
    return slot < 2 ? 2 * variable + slot : slot * variables.size() + variable;
  }
}
