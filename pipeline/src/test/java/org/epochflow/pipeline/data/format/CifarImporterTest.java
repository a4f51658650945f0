package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** CIFAR's planes of colours become pixels. */
final class CifarImporterTest {
  private final Path folder;

  CifarImporterTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A record whose colours are 1, 2 and 3 more than a value. */
  private static byte[] record(int value, int... labels) {
    ByteArrayOutputStream record = new ByteArrayOutputStream();
    for (int label : labels) {
      record.write(label);
    }
    for (int colour = 1; colour <= 3; colour++) {
      for (int i = 0; i < 1024; i++) {
        record.write(value + colour);
      }
    }
    return record.toByteArray();
  }

  private void write(String name, byte[]... records) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    for (byte[] record : records) {
      file.writeBytes(record);
    }
    Imports.write(folder.resolve(name), file.toByteArray());
  }

  private Imports open(Part part) throws IOException {
    return Imports.of(folder, part, Reading.AS_IT_IS, folder.resolve("imported"));
  }

  @Test
  void batchesAreOneSequenceInTheirOrder() throws IOException {
    write("cifar-10-batches-bin/data_batch_2.bin", record(20, 3));
    write("cifar-10-batches-bin/data_batch_1.bin", record(10, 9), record(200, 0));
    write("cifar-10-batches-bin/test_batch.bin", record(30, 1));
    write(
        "cifar-10-batches-bin/batches.meta.txt",
        "airplane\nautomobile\n\n".getBytes(StandardCharsets.US_ASCII));
    Imports train = open(Part.TRAIN);
    assertEquals(List.of("airplane", "automobile"), train.classes());
    assertEquals(Shape.of(32, 32, 3), train.records().image());
    assertArrayEquals(new byte[] {9, 0, 3}, train.labels());
    assertArrayEquals(new byte[] {11, 12, 13, 11, 12, 13}, Arrays.copyOf(train.pixels(), 6));
    assertArrayEquals(new byte[] {1}, open(Part.TEST).labels());
  }

  @Test
  void ofTwoLabelsTheFineOneCounts() throws IOException {
    write("train.bin", record(10, 4, 99));
    assertArrayEquals(new byte[] {99}, open(Part.TRAIN).labels());
    assertEquals(List.of(), Importers.find(folder + "", Part.TEST, Reading.AS_IT_IS));
    write("data_batch_1.bin", record(10, 4));
    assertEquals(
        "Expected CIFAR-10 or CIFAR-100 in F, found F and F",
        String.valueOf(assertThrows(BadDataException.class, () -> open(Part.TRAIN)).getMessage())
            .replace(folder + "", "F"));
  }

  @Test
  void aFileOfAnotherLengthIsNone() throws IOException {
    write("train.bin", record(10, 4));
    assertFalse(Importers.reads(folder.toString()));
  }
}
