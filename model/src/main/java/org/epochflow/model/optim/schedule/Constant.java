package org.epochflow.model.optim.schedule;

/** The peak rate from the first step to the last. */
public record Constant() implements Schedule {
  @Override
  public String name() {
    return "constant";
  }

  @Override
  public double at(double progress, int epochs) {
    return 1;
  }

  @Override
  public Schedule over(double unit) {
    return this;
  }
}
