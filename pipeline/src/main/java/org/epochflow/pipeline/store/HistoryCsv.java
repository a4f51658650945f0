package org.epochflow.pipeline.store;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingState;

/** A history as CSV: what is reproducible, and apart from it how long it took. */
final class HistoryCsv {
  private HistoryCsv() {}

  /** Keras's CSVLogger columns, then the rate of the epoch's last step. */
  static String history(TrainingState state) {
    return "epoch,accuracy,loss,val_accuracy,val_loss,learning_rate\n"
        + rows(
            state,
            row ->
                "%d,%s,%s,%s,%s,%s\n"
                    .formatted(
                        row.epoch(),
                        row.accuracy(),
                        row.loss(),
                        row.valAccuracy(),
                        row.valLoss(),
                        row.learningRate()));
  }

  /** The rows of {@link #history}, without their seconds. */
  static List<EpochRow> read(String history) {
    return history
        .lines()
        .skip(1)
        .map(line -> line.split(",", -1))
        .map(
            cells ->
                new EpochRow(
                    Integer.parseInt(cells[0]),
                    Double.parseDouble(cells[1]),
                    Double.parseDouble(cells[2]),
                    Double.parseDouble(cells[3]),
                    Double.parseDouble(cells[4]),
                    Double.parseDouble(cells[5]),
                    Double.NaN,
                    Double.NaN))
        .toList();
  }

  static String timings(TrainingState state) {
    return "epoch,training_seconds,seconds\n"
        + rows(
            state,
            row -> "%d,%s,%s\n".formatted(row.epoch(), row.trainingSeconds(), row.seconds()));
  }

  private static String rows(TrainingState state, Function<EpochRow, String> row) {
    return state.history().stream().map(row).collect(Collectors.joining());
  }
}
