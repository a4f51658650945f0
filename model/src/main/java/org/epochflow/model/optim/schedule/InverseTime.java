package org.epochflow.model.optim.schedule;

import org.epochflow.model.optim.Setting;

/**
 * Keras's InverseTimeDecay: {@code 1 / (1 + decayRate progress / decaySteps)}, where a staircase
 * rounds the quotient down.
 */
public record InverseTime(
    @Setting(value = "How much the divisor grows in decaySteps epochs", atLeast = 0)
        double decayRate,
    @Setting(value = "The epochs of one decay", above = 0) double decaySteps,
    @Setting("Decay at once, at the end of decaySteps epochs") boolean staircase)
    implements Schedule {
  /** Half the rate after one epoch, a third after two. */
  public InverseTime() {
    this(1, 1, false);
  }

  @Override
  public String name() {
    return "inversetime";
  }

  @Override
  public double at(double progress, int epochs) {
    double decays = progress / decaySteps;
    return 1 / (1 + decayRate * (staircase ? Math.floor(decays) : decays));
  }

  @Override
  public Schedule over(double unit) {
    return new InverseTime(decayRate, decaySteps / unit, staircase);
  }
}
