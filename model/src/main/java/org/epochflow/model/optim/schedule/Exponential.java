package org.epochflow.model.optim.schedule;

import org.epochflow.model.optim.Setting;

/**
 * Keras's ExponentialDecay: {@code decayRate^(progress / decaySteps)}, where a staircase rounds the
 * exponent down.
 */
public record Exponential(
    @Setting(value = "What remains after decaySteps epochs", above = 0) double decayRate,
    @Setting(value = "The epochs of one decay", above = 0) double decaySteps,
    @Setting("Decay at once, at the end of decaySteps epochs") boolean staircase)
    implements Schedule {
  /** A little less after every epoch. */
  public Exponential() {
    this(0.96, 1, false);
  }

  @Override
  public String name() {
    return "exponential";
  }

  @Override
  public double at(double progress, int epochs) {
    double decays = progress / decaySteps;
    return StrictMath.pow(decayRate, staircase ? Math.floor(decays) : decays);
  }

  @Override
  public Schedule over(double unit) {
    return new Exponential(decayRate, decaySteps / unit, staircase);
  }
}
