package org.epochflow.runners.terminal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.store.Metrics;

/** A run as text: its history, its figures and the diagnosis of its curves. */
public final class RunTable {
  private RunTable() {}

  /**
   * Returns the text. Each line ends with a line feed.
   *
   * @param metrics the figures of the best model; empty while the run trains
   */
  public static String of(String path, TrainingState state, Optional<JsonNode> metrics) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %s, %,d parameters, %d of %d epochs\n",
            path,
            state.config().architecture().name(),
            state.config().architecture().parameterCount(),
            state.epoch(),
            state.config().epochs()));
    if (state.epoch() == 0) {
      return text.toString();
    }
    EarlyStopping stopping = state.config().stopping();
    text.append("\nepoch  ")
        .append(EpochColumns.names(stopping))
        .append("  learning_rate  seconds\n");
    for (EpochRow row : state.history()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%5d  %s  %13.3g  %7.2f%s\n",
              row.epoch() + 1,
              EpochColumns.figures(row, stopping),
              row.learningRate(),
              row.seconds(),
              row.epoch() == state.bestEpoch() ? "  best" : ""));
    }
    text.append('\n')
        .append(
            state.stopped() ? Figures.wrapped(TerminalListener.explained(state)) : "Not finished");
    metrics.ifPresent(
        figures ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "\n%s of the best model  loss: %.4f  accuracy: %.4f  (%,d examples)",
                    Metrics.part(figures).equals("test") ? "Test" : "Validation",
                    figures.path(Metrics.part(figures) + "_loss").asDouble(),
                    figures.path(Metrics.part(figures) + "_accuracy").asDouble(),
                    figures.path("examples").asLong())));
    return text.append("\n\n").append(Figures.diagnosis(state.curves())).toString();
  }
}
