package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pictures and labels of Parquet files, as pyarrow writes them. */
final class ParquetImporterTest {
  private static final Path FILES = Path.of("..", "testdata", "parquet").toAbsolutePath();
  private final Path folder;

  ParquetImporterTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Imports open(Path path, Part part) throws IOException {
    return Imports.of(path, part, Reading.AS_IT_IS, folder.resolve("imported"));
  }

  /** The pixels of some pictures. */
  private static byte[] pixels(int... pictures) {
    byte[] pixels = new byte[12 * pictures.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (pictures[i / 12] + i % 12);
    }
    return pixels;
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "zstd", "gzip", "lz4", "none"})
  void filesOfAPartAreOneSequence(String packing) throws IOException {
    Imports train = open(FILES.resolve(packing), Part.TRAIN);
    assertEquals(Shape.of(4, 3), train.records().image());
    assertArrayEquals(pixels(0, 1, 2, 3, 4, 5, 6, 7), train.pixels());
    assertArrayEquals(new byte[] {0, 1, 2, 0, 1, 2, 0, 1}, train.labels());
    assertEquals(List.of("tee", "bag", "boot"), train.classes());
    Imports test = open(FILES.resolve(packing), Part.TEST);
    assertArrayEquals(pixels(2, 3), test.pixels());
    assertArrayEquals(new byte[] {2, 0}, test.labels());
  }

  @Test
  void labelsThatAreNamesAreSorted() throws IOException {
    Imports train = open(FILES.resolve("texts"), Part.TRAIN);
    assertEquals(List.of("a", "b", "c"), train.classes());
    assertArrayEquals(new byte[] {1, 0, 1, 2}, train.labels());
  }

  @Test
  void whatIsBrokenIsLeftOutAndSaid() throws IOException {
    Imports train = open(FILES.resolve("broken"), Part.TRAIN);
    assertArrayEquals(pixels(0), train.pixels());
    assertEquals(
        List.of(
            "2: no PNG, JPEG, BMP or GIF",
            "3: label -1, which has no name",
            "4: no bytes of a picture",
            "5: no bytes of a picture",
            "6: no label",
            "7: label 7, which has no name"),
        train.rejected().stream().map(one -> one.record() + ": " + one.reason()).toList());
  }

  @Test
  void aPackingThatIsNotReadIsNamed() {
    Path path = FILES.resolve("brotli");
    Exception e = assertThrows(BadDataException.class, () -> open(path, Part.TRAIN));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains("pages packed by BROTLI, not by Snappy, Zstandard"), message);
    assertTrue(message.endsWith("train-00000-of-00002.parquet)"), message);
  }

  /** Every prefix of a file, and every byte of it changed: an exception for users, or examples. */
  @Test
  void damageIsSaid() throws IOException {
    byte[] sound = Files.readAllBytes(FILES.resolve("snappy/data/train-00001-of-00002.parquet"));
    Path file = folder.resolve("damaged/train.parquet");
    int refused = 0;
    for (int i = 4; i < sound.length; i += 7) {
      for (boolean cut : new boolean[] {true, false}) {
        byte[] damaged = cut ? Arrays.copyOf(sound, i) : sound.clone();
        if (!cut) {
          damaged[i] ^= 0x55;
        }
        Imports.write(file, damaged);
        try {
          open(folder.resolve("damaged"), Part.TRAIN);
        } catch (BadDataException e) {
          refused++;
          assertTrue(String.valueOf(e.getMessage()).startsWith("Expected "), e.getMessage());
        }
      }
    }
    assertTrue(refused > sound.length / 7, "refused " + refused);
  }
}
