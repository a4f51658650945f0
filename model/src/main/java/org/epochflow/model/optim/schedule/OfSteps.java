package org.epochflow.model.optim.schedule;

/**
 * A schedule whose times count steps, as those of a {@code .keras} file do, until it is known how
 * many steps an epoch has. It goes as if an epoch had one.
 *
 * @param steps the schedule, its times in steps
 */
public record OfSteps(Schedule steps) implements Schedule {
  static final String NAME = "steps";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public double at(double progress, int epochs) {
    return steps.at(progress, epochs);
  }

  /** The schedule in epochs of so many steps. */
  @Override
  public Schedule over(double stepsOfAnEpoch) {
    return steps.over(stepsOfAnEpoch);
  }

  @Override
  public String text() {
    return NAME + ":" + steps.text();
  }
}
