package org.epochflow.model.metric;

import java.util.List;

/**
 * The results of a training's epochs; each list begins with the first epoch.
 *
 * @param loss of the minibatches as they were trained, dropout on; likewise {@code accuracy}
 * @param valLoss of the validation examples after the epoch; likewise {@code valAccuracy}
 * @param classes how many there are: guessing has a loss of {@code ln(classes)}
 */
public record LearningCurves(
    List<Double> loss,
    List<Double> accuracy,
    List<Double> valLoss,
    List<Double> valAccuracy,
    int classes) {
  public LearningCurves {
    loss = List.copyOf(loss);
    accuracy = List.copyOf(accuracy);
    valLoss = List.copyOf(valLoss);
    valAccuracy = List.copyOf(valAccuracy);
    if (loss.isEmpty()) {
      throw new IllegalArgumentException("Expected 1 epoch or more, found none");
    }
  }

  /** How many epochs there are. */
  int epochs() {
    return loss.size();
  }

  /** The epoch of the lowest validation loss, from 0; the first of equals. */
  int best() {
    return lowest(valLoss);
  }

  /** Where the lowest value stands, the first of equals. */
  static int lowest(List<Double> values) {
    int lowest = 0;
    for (int i = 1; i < values.size(); i++) {
      lowest = values.get(i) < values.get(lowest) ? i : lowest;
    }
    return lowest;
  }

  static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }

  /** The loss of guessing. */
  double guessing() {
    return Math.log(classes);
  }
}
