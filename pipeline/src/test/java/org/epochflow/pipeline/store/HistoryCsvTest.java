package org.epochflow.pipeline.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.model.train.EpochRow;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A history as a table. */
final class HistoryCsvTest {
  private final Path file;

  HistoryCsvTest(@TempDir Path folder) {
    file = folder.resolve("history.csv");
  }

  private static EpochRow row(
      int epoch, @Nullable Double topK, @Nullable Double f1, @Nullable Double ece) {
    return new EpochRow(epoch, 0.5, 1, 0.25, 2, 0.001, Double.NaN, Double.NaN, topK, f1, ece);
  }

  private void assertComesBack(List<EpochRow> rows, String... lines) throws IOException {
    HistoryCsv.write(file.toString(), rows);
    assertEquals(List.of(lines), Files.readAllLines(file));
    assertEquals(rows, HistoryCsv.read(file.toString()));
  }

  @Test
  void kerassColumnsComeFirstAndAreAllWhereNobodyAsksForMore() throws IOException {
    assertComesBack(
        List.of(row(0, null, null, null)),
        "epoch,accuracy,loss,val_accuracy,val_loss,learning_rate",
        "0,0.5,1.0,0.25,2.0,0.001");
  }

  @Test
  void whatWasAskedForHasAColumn() throws IOException {
    assertComesBack(
        List.of(row(0, null, 0.5, 0.125), row(1, null, Double.NaN, 0.25)),
        "epoch,accuracy,loss,val_accuracy,val_loss,learning_rate,val_f1,val_ece",
        "0,0.5,1.0,0.25,2.0,0.001,0.5,0.125",
        "1,0.5,1.0,0.25,2.0,0.001,NaN,0.25");
    assertComesBack(
        List.of(row(0, 0.75, 0.5, 0.125)),
        "epoch,accuracy,loss,val_accuracy,val_loss,learning_rate,val_top_k_accuracy,val_f1,val_ece",
        "0,0.5,1.0,0.25,2.0,0.001,0.75,0.5,0.125");
  }
}
