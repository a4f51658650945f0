package org.epochflow.pipeline.experiment;

import java.util.List;
import java.util.Optional;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.evaluate.Evaluation;

/** Watches an experiment. Listeners only observe: nothing they do changes a result. */
@FunctionalInterface
public interface TrialListener {
  /** After the data are read and every trial is a run, before any is trained. */
  default void prepared(PreparedData data, List<Trial> trials) {}

  /** Before these trials, and no others, are trained until each stops or has so many epochs. */
  default void began(List<Trial> trials, int until) {}

  /** After an epoch of a trial, in no defined order of the trials; its row has no seconds. */
  void epochEnded(Trial trial, EpochRow row);

  /**
   * After the experiment, when all of its files but the listeners' are there.
   *
   * @param results in a tuning the best first
   * @param evaluation of the best trial, or of all folds; empty if every trial diverged
   */
  default void ended(List<TrialResult> results, Optional<Evaluation> evaluation) {}
}
