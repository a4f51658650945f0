package org.epochflow.pipeline.experiment;

import java.util.List;
import org.epochflow.model.train.EpochRow;

/** Watches an experiment. Listeners only observe: nothing they do changes a result. */
@FunctionalInterface
public interface TrialListener {
  /** One that tells all of them. */
  static TrialListener all(List<TrialListener> listeners) {
    return new TrialListener() {
      @Override
      public void began(List<Trial> trials, int until) {
        listeners.forEach(listener -> listener.began(trials, until));
      }

      @Override
      public void epochEnded(Trial trial, EpochRow row) {
        listeners.forEach(listener -> listener.epochEnded(trial, row));
      }
    };
  }

  /** Before these trials, and no others, are trained until each stops or has so many epochs. */
  default void began(List<Trial> trials, int until) {}

  /** After an epoch of a trial, in no defined order of the trials; its row has no seconds. */
  void epochEnded(Trial trial, EpochRow row);
}
