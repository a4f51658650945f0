package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.PipelineResult;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.store.RunFolder;

/**
 * Tells a listener of every epoch that appears in the trials' folders, wherever they train. It
 * begins with the existing epochs.
 */
final class TrialWatch implements Execution.Watch {
  private static final long PAUSE_NANOS = 500_000_000L;
  private final List<Trial> trials;
  private final TrialListener listener;
  private final Map<Integer, Integer> seen = new HashMap<>();
  private long lookedAt = System.nanoTime();

  TrialWatch(List<Trial> trials, TrialListener listener) throws IOException {
    this.trials = List.copyOf(trials);
    this.listener = listener;
    for (Trial trial : trials) {
      seen.put(trial.number(), trial.run().history().size());
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
      listener.epochEnded(trial, rows.get(epoch));
      seen.put(trial.number(), epoch + 1);
    }
  }

  private static List<EpochRow> history(RunFolder folder) {
    try {
      return folder.history();
    } catch (IOException e) {
      return List.of(); // it is being replaced; the next look sees it
    }
  }
}
