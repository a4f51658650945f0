package org.epochflow.model.optim.schedule;

import org.epochflow.model.optim.Setting;

/**
 * One cycle (Smith and Topin, 2018, "Super-convergence") with PyTorch's names and formula, as Keras
 * has none: along a cosine from {@code 1 / divFactor} to 1 in the first {@code pctStart} of the
 * training, then along another to {@code 1 / (divFactor finalDivFactor)} at its end.
 */
public record OneCycle(
    @Setting(value = "The share of the training in which the rate rises", above = 0, below = 1)
        double pctStart,
    @Setting(value = "The peak by the first rate", atLeast = 1) double divFactor,
    @Setting(value = "The first rate by the last", above = 0) double finalDivFactor)
    implements Schedule {
  /** With PyTorch's settings. */
  public OneCycle() {
    this(0.3, 25, 1e4);
  }

  @Override
  public String name() {
    return "onecycle";
  }

  @Override
  public double at(double progress, int epochs) {
    double done = Math.min(1, progress / epochs);
    double first = 1 / divFactor;
    return done < pctStart
        ? between(first, 1, done / pctStart)
        : between(1, first / finalDivFactor, (done - pctStart) / (1 - pctStart));
  }

  private static double between(double from, double to, double x) {
    return to + (from - to) * (1 + StrictMath.cos(StrictMath.PI * x)) / 2;
  }

  /** Its times are shares of the training. */
  @Override
  public Schedule over(double unit) {
    return this;
  }
}
