package org.epochflow.model.optim.schedule;

import org.epochflow.model.optim.Setting;

/**
 * Keras's PolynomialDecay: {@code (1 - alpha) (1 - progress / decaySteps)^power + alpha}, and
 * {@code alpha} from then on. With {@code cycle}, decaySteps is taken as often as it is needed to
 * reach the progress.
 */
public record Polynomial(
    @Setting(value = "The epochs of the fall; 0 means all", atLeast = 0) double decaySteps,
    @Setting(value = "The last rate, as a share of the peak", atLeast = 0) double alpha,
    @Setting(value = "The power; 1 is a straight line", above = 0) double power,
    @Setting("Fall again and again") boolean cycle)
    implements Schedule {
  /** A straight line to 0 at the end of the training. */
  public Polynomial() {
    this(0, 0, 1, false);
  }

  @Override
  public String name() {
    return "polynomial";
  }

  @Override
  public double at(double progress, int epochs) {
    double steps = decaySteps == 0 ? epochs : decaySteps;
    double times = cycle && progress > 0 ? Math.ceil(progress / steps) : 1;
    double done = Math.min(1, progress / (steps * times));
    return (1 - alpha) * StrictMath.pow(1 - done, power) + alpha;
  }

  @Override
  public Schedule over(double unit) {
    return new Polynomial(decaySteps / unit, alpha, power, cycle);
  }
}
