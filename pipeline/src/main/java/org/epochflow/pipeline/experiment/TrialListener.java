package org.epochflow.pipeline.experiment;

import org.epochflow.model.train.EpochRow;

/** Watches an experiment. Listeners only observe: nothing they do changes a result. */
@FunctionalInterface
public interface TrialListener {
  /** After an epoch of a trial, in no defined order of the trials; its row has no seconds. */
  void epochEnded(Trial trial, EpochRow row);
}
