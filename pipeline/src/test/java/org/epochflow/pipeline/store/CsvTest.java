package org.epochflow.pipeline.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables come back as they were written. */
final class CsvTest {
  private static final String AWKWARD = "a,\"'\n\r\t #;ä \\0";
  private final String file;

  CsvTest(@TempDir Path folder) {
    file = folder.resolve("table.csv").toString();
  }

  @Test
  void writtenThenReadIsTheSameTable() throws IOException {
    Random random = new Random(4);
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(List.of(awkward(random), awkward(random), awkward(random)));
    }
    List<String> columns = List.of("one", "another, \"quoted\"", "third");
    Csv.write(file, columns, csv -> csv.printRecords(rows));
    List<CSVRecord> read = Csv.read(file);
    assertEquals(rows, read.stream().map(CSVRecord::toList).toList());
    for (String column : columns) {
      assertEquals(rows.get(7).get(columns.indexOf(column)), read.get(7).get(column));
    }
  }

  private static String awkward(Random random) {
    StringBuilder text = new StringBuilder();
    for (int length = random.nextInt(6); length > 0; length--) {
      text.append(AWKWARD.charAt(random.nextInt(AWKWARD.length())));
    }
    return text.toString();
  }

  @Test
  void numbersStandAsJavaPrintsThemAndLinesEndAlikeEverywhere() throws IOException {
    Csv.write(
        file,
        List.of("epoch", "loss"),
        csv -> {
          csv.printRecord(0, 1e-10);
          csv.printRecord(1, Double.NaN);
          csv.printRecord(2, "");
        });
    assertEquals("epoch,loss\n0,1.0E-10\n1,NaN\n2,\n", Files.readString(Path.of(file)));
  }
}
