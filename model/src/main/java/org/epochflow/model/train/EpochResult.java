package org.epochflow.model.train;

import org.epochflow.model.metric.Tally;
import org.epochflow.model.metric.Validation;

/** What running one epoch gave: the averaged model, and how it did. See {@link EpochRow}. */
public record EpochResult(
    ModelState model,
    Tally training,
    Validation validation,
    double trainingSeconds,
    double seconds) {
  /** Where no more than its tally is asked of the validation. */
  public EpochResult(
      ModelState model, Tally training, Tally validation, double trainingSeconds, double seconds) {
    this(model, training, Validation.of(validation), trainingSeconds, seconds);
  }
}
