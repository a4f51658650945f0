package org.epochflow.pipeline.store;

import java.io.IOException;
import java.util.List;
import org.apache.commons.csv.CSVRecord;
import org.epochflow.model.train.EpochRow;

/** A history as two tables: the reproducible figures, and the times. */
final class HistoryCsv {
  /** Keras's CSVLogger columns, then the rate of the epoch's last step. */
  private static final List<String> COLUMNS =
      List.of("epoch", "accuracy", "loss", "val_accuracy", "val_loss", "learning_rate");

  private HistoryCsv() {}

  static void write(String path, List<EpochRow> rows) throws IOException {
    Csv.write(
        path,
        COLUMNS,
        csv -> {
          for (EpochRow row : rows) {
            csv.printRecord(
                row.epoch(),
                row.accuracy(),
                row.loss(),
                row.valAccuracy(),
                row.valLoss(),
                row.learningRate());
          }
        });
  }

  static void writeTimings(String path, List<EpochRow> rows) throws IOException {
    Csv.write(
        path,
        List.of("epoch", "training_seconds", "seconds"),
        csv -> {
          for (EpochRow row : rows) {
            csv.printRecord(row.epoch(), row.trainingSeconds(), row.seconds());
          }
        });
  }

  /** The rows that {@link #write} wrote; they have no seconds. */
  static List<EpochRow> read(String path) throws IOException {
    return Csv.read(path).stream().map(HistoryCsv::row).toList();
  }

  private static EpochRow row(CSVRecord record) {
    return new EpochRow(
        Integer.parseInt(record.get("epoch")),
        Double.parseDouble(record.get("accuracy")),
        Double.parseDouble(record.get("loss")),
        Double.parseDouble(record.get("val_accuracy")),
        Double.parseDouble(record.get("val_loss")),
        Double.parseDouble(record.get("learning_rate")),
        Double.NaN,
        Double.NaN);
  }
}
