package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.epochflow.model.json.ModelFormatException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights are read however HDF5 lays them out, and what cannot be read is named. */
final class Hdf5Test {
  private static final Path FILES = Path.of("..", "testdata", "hdf5");

  private static float[] read(String name) throws IOException {
    Path file = FILES.resolve(name + ".keras");
    try (InputStream in = Files.newInputStream(file)) {
      return KerasFile.read(in, file.toString()).parameters();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "many", "soft", "chunks", "gzip", "big-endian"})
  void theSameWeightsAreReadFromEveryLayout(String layout) throws IOException {
    for (String name : new String[] {layout, layout + "-latest"}) {
      assertArrayEquals(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, read(name), name);
    }
  }

  @ParameterizedTest
  @CsvSource({"unwritten, 0", "fill, 0.5", "unwritten-chunks, 0.5"})
  void aDatasetThatWasNeverWrittenHoldsItsFillValue(String layout, float fill) throws IOException {
    float[] expected = {fill, fill, fill, fill, fill, fill, 6, 7};
    for (String name : new String[] {layout, layout + "-latest"}) {
      assertArrayEquals(expected, read(name), name);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "circle, a link that leads out of the file or in a circle",
    "hard-circle, 'a dataset /layers/dense/vars/0, found none'",
    "external, a link that leads out of the file or in a circle",
    "bomb, a chunk of more than 8 bytes",
    "lzf, not deflate and shuffle alone",
    "double, 8-byte double",
    "empty, float32 of",
    "text, float32 of"
  })
  void whatCannotBeReadIsNamed(String layout, String part) {
    for (String name : new String[] {layout, layout + "-latest"}) {
      String message =
          String.valueOf(
              assertThrows(ModelFormatException.class, () -> read(name), name).getMessage());
      assertTrue(message.contains(part), message);
      assertTrue(message.contains(name + ".keras, model.weights.h5"), message);
    }
  }
}
