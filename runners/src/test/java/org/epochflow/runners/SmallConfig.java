package org.epochflow.runners;

import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;

/** A configuration of a network of ten parameters, to be shown. */
public final class SmallConfig {
  private SmallConfig() {}

  /** Stops after {@code patience} epochs without an improvement by more than {@code minDelta}. */
  public static TrainingConfig of(int epochs, double minDelta, int patience) {
    return new TrainingConfig(
        Presets.softmax(Shape.of(2, 2), 2),
        Preprocessing.STANDARD,
        EjmlKernels.NAME,
        1,
        epochs,
        8,
        new DataParallel(Strategy.LOCAL, 1, 1),
        new LearningRate(0.1, LearningRate.Scaling.NONE, 0, 1),
        new EarlyStopping(true, EarlyStopping.Monitor.VAL_LOSS, minDelta, patience),
        new SplitRule(0.2, false),
        ClassNames.numbers(2));
  }
}
