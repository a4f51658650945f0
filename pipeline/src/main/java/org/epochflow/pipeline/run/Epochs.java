package org.epochflow.pipeline.run;

import java.io.IOException;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.TrainingState;

/** Runs one epoch after a state. Every implementation gives the same bits. */
public interface Epochs {
  /**
   * Trains on every training example once, then validates.
   *
   * @param progress receives from time to time the number of training examples done
   */
  EpochResult run(TrainingState state, Progress progress) throws IOException;

  /** How far an epoch is. */
  @FunctionalInterface
  interface Progress {
    void at(long examples, long ofExamples);
  }
}
