package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.store.ModelFile;

/**
 * The result of a trial. Its model stays in its folder.
 *
 * @param stop why it stopped; empty if it has only paused
 * @param parametersSha256 of its best model; empty if it has none
 */
public record TrialResult(
    Trial trial,
    TrainingConfig config,
    List<EpochRow> history,
    Optional<StopReason> stop,
    String parametersSha256) {
  public TrialResult {
    history = List.copyOf(history);
  }

  static TrialResult of(Trial trial, TrainingState state) throws IOException {
    String sha256 = "";
    if (state.lastIsBest()) {
      sha256 = ParametersHash.sha256(state.model().parameters());
    } else if (state.bestEpoch() >= 0) {
      sha256 = ParametersHash.sha256(ModelFile.read(trial.run().bestModel()).parameters());
    }
    return new TrialResult(trial, state.config(), state.history(), state.stopReason(), sha256);
  }

  /** The result of a trial after some epochs, by its history. */
  public static TrialResult of(Trial trial, TrainingConfig config, List<EpochRow> history) {
    TrainingState state = TrainingState.begin(config, new float[0]);
    for (EpochRow row : history) {
      state = state.next(row, state.model());
    }
    return new TrialResult(trial, config, history, state.stopReason(), "");
  }

  /** The best epoch by the monitor; empty where none had a finite figure. */
  public Optional<EpochRow> best() {
    return best(history.size());
  }

  /** The best of the first epochs. */
  private Optional<EpochRow> best(int epochs) {
    Monitor monitor = config.stopping().monitor();
    Optional<EpochRow> best = Optional.empty();
    for (EpochRow row : history.subList(0, Math.min(epochs, history.size()))) {
      double value = row.isFinite() ? monitor.of(row) : Double.NaN;
      if (monitor.improves(value, best.map(monitor::of).orElse(Double.NaN), 0)) {
        best = Optional.of(row);
      }
    }
    return best;
  }

  /** Whether a loss was no longer finite. */
  public boolean diverged() {
    return diverged(history.size());
  }

  private boolean diverged(int epochs) {
    return !history.stream().limit(epochs).allMatch(EpochRow::isFinite);
  }

  /** How it ended, in a word. */
  public String status() {
    return stop.map(
            reason ->
                switch (reason) {
                  case EPOCHS -> "finished";
                  case PATIENCE -> "stopped_early";
                  case NOT_FINITE -> "diverged";
                })
        .orElse("dropped");
  }

  /**
   * The better first, by the monitor's best in the first so many epochs. Those without a figure
   * come last, those that diverged last of all; ties go by the trials' numbers.
   */
  public static Comparator<TrialResult> after(int epochs) {
    return Comparator.<TrialResult, Boolean>comparing(result -> result.diverged(epochs))
        .thenComparingDouble(result -> result.cost(epochs))
        .thenComparingInt(result -> result.trial.number());
  }

  /** The monitor's best, negated where more is better. */
  private double cost(int epochs) {
    Monitor monitor = config.stopping().monitor();
    double best = best(epochs).map(monitor::of).orElse(Double.NaN);
    return monitor.lowerIsBetter() ? best : -best;
  }
}
