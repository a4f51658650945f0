package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.Variable;

/**
 * {@link Adam} with weight decay that is no part of the gradient (Loshchilov and Hutter, 2019):
 * {@code w -= w weightDecay rate} before each step.
 */
public record AdamW(
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
    @Setting("Divide by the largest mean of squared gradients there was (AMSGrad)") boolean amsgrad,
    @JsonUnwrapped CommonSettings common)
    implements Optimizer {
  static final double WEIGHT_DECAY = 0.004;

  /** With Keras's settings. */
  public AdamW() {
    this(0.9, 0.999, 1e-7, false, CommonSettings.decay(WEIGHT_DECAY));
  }

  private Adam adam() {
    return new Adam(beta1, beta2, epsilon, amsgrad, common);
  }

  @Override
  public String name() {
    return "adamw";
  }

  @Override
  public List<String> slots() {
    return adam().slots();
  }

  @Override
  public double defaultRate() {
    return Adam.RATE;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    return adam().step(slots, rate, t);
  }

  /** Keras refuses one without a number as its weight decay. */
  @Override
  public KerasForm keras() {
    return new KerasForm(
        "AdamW", adam().keras().settings().put("weight_decay", common.weightDecay()));
  }

  @Override
  public int kerasPlace(int variable, int slot, List<Variable> variables) {
    return adam().kerasPlace(variable, slot, variables);
  }
}
