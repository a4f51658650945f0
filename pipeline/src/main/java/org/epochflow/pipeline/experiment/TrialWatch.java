package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.RunFolder;

/**
 * Tells listeners of every epoch that appears in the trials' folders, wherever they train. It
 * begins with the existing epochs.
 */
final class TrialWatch implements Execution.Watch {
  private static final long PAUSE_NANOS = 500_000_000L;
  private final List<Trial> trials;
  private final Listeners<TrialListener> listeners;
  private final Map<Integer, Integer> seen = new HashMap<>();
  private long lookedAt = System.nanoTime();

  TrialWatch(List<Trial> trials, Listeners<TrialListener> listeners) {
    this.trials = List.copyOf(trials);
    this.listeners = listeners;
    for (Trial trial : trials) {
      seen.put(trial.number(), history(trial.run()).size());
    }
  }

  @Override
  public void look(PipelineResult result) {
    if (System.nanoTime() - lookedAt >= PAUSE_NANOS) {
      look();
    }
  }

  /** Tells of all epochs that exist now. */
  void look() {
    trials.forEach(this::look);
    lookedAt = System.nanoTime();
  }

  private void look(Trial trial) {
    List<EpochRow> rows = history(trial.run());
    for (int epoch = seen.getOrDefault(trial.number(), 0); epoch < rows.size(); epoch++) {
      EpochRow row = rows.get(epoch);
      listeners.tell(listener -> listener.epochEnded(trial, row));
      seen.put(trial.number(), epoch + 1);
    }
  }

  private static List<EpochRow> history(RunFolder folder) {
    try {
      return folder.history();
    } catch (IOException | RuntimeException e) {
      return List.of(); // it is being replaced, or not to be read now; the next look may see it
    }
  }
}
