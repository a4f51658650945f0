package org.epochflow.pipeline.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.csv.CSVRecord;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.jspecify.annotations.Nullable;

/**
 * A history as two tables: the reproducible figures, and the times. A figure that was asked for has
 * a column; one that was not has none.
 */
final class HistoryCsv {
  /** Keras's CSVLogger columns, then the rate of the epoch's last step. */
  private static final List<String> COLUMNS =
      List.of("epoch", "accuracy", "loss", "val_accuracy", "val_loss", "learning_rate");

  private HistoryCsv() {}

  static void write(String path, List<EpochRow> rows) throws IOException {
    List<Monitor> more = Monitor.ofQuality(rows);
    List<String> columns = new ArrayList<>(COLUMNS);
    more.forEach(figure -> columns.add(JsonObject.spell(figure)));
    Csv.write(
        path,
        columns,
        csv -> {
          for (EpochRow row : rows) {
            List<Object> values =
                new ArrayList<>(
                    List.of(
                        row.epoch(),
                        row.accuracy(),
                        row.loss(),
                        row.valAccuracy(),
                        row.valLoss(),
                        row.learningRate()));
            more.forEach(figure -> values.add(figure.of(row)));
            csv.printRecord(values);
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
        Double.NaN,
        figure(record, Monitor.VAL_TOP_K_ACCURACY),
        figure(record, Monitor.VAL_F1),
        figure(record, Monitor.VAL_ECE));
  }

  private static @Nullable Double figure(CSVRecord record, Monitor figure) {
    String column = JsonObject.spell(figure);
    return record.isMapped(column) ? Double.valueOf(record.get(column)) : null;
  }
}
