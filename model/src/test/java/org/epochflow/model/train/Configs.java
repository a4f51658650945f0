package org.epochflow.model.train;

import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.LearningRate.Scaling;

/**
 * Configurations: ten epochs of a linear classifier of 2 x 2 images in 3 classes, and variations.
 */
final class Configs {
  static final Architecture SOFTMAX = Presets.softmax(Shape.of(2, 2, 1), 3);

  private Configs() {}

  static TrainingConfig of(Strategy strategy, int replicas, int rounds) {
    return of(SOFTMAX, strategy, replicas, rounds);
  }

  static TrainingConfig of(Architecture network, Strategy strategy, int replicas, int rounds) {
    LearningRate rate = new LearningRate(0.001, Scaling.LINEAR, 1, 0.01);
    return of(network, new DataParallel(strategy, replicas, rounds), rate, 10, never());
  }

  static TrainingConfig of(
      Architecture architecture,
      DataParallel parallel,
      LearningRate rate,
      int epochs,
      EarlyStopping stopping) {
    return new TrainingConfig(
        architecture,
        Preprocessing.STANDARD,
        "ejml",
        42,
        epochs,
        8,
        parallel,
        rate,
        stopping,
        new SplitRule(0.2, false),
        ClassNames.numbers(architecture.classes()));
  }

  static TrainingConfig of(LearningRate rate, int replicas, int epochs) {
    return of(SOFTMAX, new DataParallel(Strategy.LOCAL, replicas, 4), rate, epochs, never());
  }

  static TrainingConfig of(EarlyStopping stopping, int epochs) {
    LearningRate rate = new LearningRate(0.001, Scaling.LINEAR, 1, 0.01);
    return of(SOFTMAX, new DataParallel(Strategy.LOCAL, 1, 1), rate, epochs, stopping);
  }

  /** With an optimiser's own rate times 10, and two replicas. */
  static TrainingConfig of(Architecture architecture, Optimizer optimizer) {
    return of(architecture, optimizer, 8);
  }

  static TrainingConfig of(Architecture architecture, Optimizer optimizer, int batchSize) {
    return new TrainingConfig(
        architecture,
        Preprocessing.STANDARD,
        "ejml",
        42,
        10,
        batchSize,
        optimizer,
        new DataParallel(Strategy.LOCAL, 2, 3),
        new LearningRate(10 * optimizer.defaultRate(), Scaling.LINEAR, 1, 0.01),
        never(),
        new SplitRule(0.2, false),
        ClassNames.numbers(architecture.classes()));
  }

  private static EarlyStopping never() {
    return new EarlyStopping(false, Monitor.VAL_LOSS, 0, 5);
  }
}
