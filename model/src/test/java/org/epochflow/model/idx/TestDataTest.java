package org.epochflow.model.idx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files under testdata/ are what their READMEs say. */
class TestDataTest {
  private static final Path TESTDATA = Path.of("..", "testdata");
  private static final Path MALFORMED = TESTDATA.resolve("malformed");

  private final Path folder;

  TestDataTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @ParameterizedTest
  @CsvSource({"train, 500", "t10k, 100"})
  void theMiniHasAsManyOfEachClassInMixedOrder(String part, int perClass) throws IOException {
    Path images = unpack("fashion-mnist-mini/" + part + "-images-idx3-ubyte.gz");
    Path labels = unpack("fashion-mnist-mini/" + part + "-labels-idx1-ubyte.gz");
    IdxHeader header = readImages(images);
    assertEquals(IdxHeader.images(10 * perClass, 28, 28), header);
    readLabels(labels).requireOnePerImage("labels", header, "images");

    byte[] values = records(labels, readLabels(labels));
    int[] counts = new int[10];
    for (byte label : values) {
      counts[label]++;
    }
    int[] equal = new int[10];
    Arrays.fill(equal, perClass);
    assertArrayEquals(equal, counts);
    byte[] sorted = values.clone();
    Arrays.sort(sorted);
    assertFalse(Arrays.equals(sorted, values));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      wrong-magic-images-idx3-ubyte      | magic 0x00000803 (images) at byte 0, found 0x00000801
      wrong-type-images-idx3-ubyte       | magic 0x00000803 (images) at byte 0, found 0x00000A03
      truncated-header-images-idx3-ubyte | 3 sizes of 4 bytes at byte 4, found end of file at byte 13
      truncated-images-idx3-ubyte        | end of file after 5 records of 12 bytes at byte 76, found it at byte 71
      trailing-images-idx3-ubyte         | end of file after 5 records of 12 bytes at byte 76, found it at byte 79
      overflow-images-idx3-ubyte         | sizes whose product fits 63 bits at byte 4, found 2147483647 x 2147483647 x 2147483647
      empty-images-idx3-ubyte            | magic 0x00000803 (images) at byte 0, found an empty file
      no-pixels-images-idx3-ubyte        | at least 1 pixel per image at byte 8, found 4 x 0
      corrupt-images-idx3-ubyte.gz       | magic 0x00000803 (images) at byte 0, found gzip data (1F 8B)
      text-images-idx3-ubyte             | magic 0x00000803 (images) at byte 0, found text "labe..."
      """)
  void malformedImagesAreToldApart(String file, String message) {
    var fault = assertThrows(IdxFormatException.class, () -> readImages(MALFORMED.resolve(file)));
    assertEquals("Expected %s (%s)".formatted(message, file), fault.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      wrong-magic-labels-idx1-ubyte | magic 0x00000801 (labels) at byte 0, found 0x00000803
      truncated-labels-idx1-ubyte   | end of file after 5 records of 1 byte at byte 13, found it at byte 12
      trailing-labels-idx1-ubyte    | end of file after 5 records of 1 byte at byte 13, found it at byte 14
      overflow-labels-idx1-ubyte    | a size of at most 2147483647 at byte 4, found 4294967295
      empty-labels-idx1-ubyte       | magic 0x00000801 (labels) at byte 0, found an empty file
      """)
  void malformedLabelsAreToldApart(String file, String message) {
    var fault = assertThrows(IdxFormatException.class, () -> readLabels(MALFORMED.resolve(file)));
    assertEquals("Expected %s (%s)".formatted(message, file), fault.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      corrupt-images-idx3-ubyte.gz   | intact gzip data
      truncated-images-idx3-ubyte.gz | more gzip data
      """)
  void malformedGzipIsToldWithItsByte(String file, String expected) throws IOException {
    long length = Files.size(MALFORMED.resolve(file));
    var fault = assertThrows(IdxFormatException.class, () -> unpack("malformed/" + file));
    assertEquals(expected, fault.expected());
    assertEquals(file, fault.file());
    assertTrue(fault.offset() > length / 2 && fault.offset() <= length, fault.getMessage());
  }

  @Test
  void theGoodPairIsGood() throws IOException {
    IdxHeader images = readImages(MALFORMED.resolve("good-images-idx3-ubyte"));
    assertEquals(IdxHeader.images(5, 4, 3), images);
    IdxHeader labels = readLabels(MALFORMED.resolve("good-labels-idx1-ubyte"));
    labels.requireOnePerImage("labels", images, "images");
  }

  @Test
  void theCallerJudgesCountsAndClasses() throws IOException {
    IdxHeader images = readImages(MALFORMED.resolve("good-images-idx3-ubyte"));
    IdxHeader fewer = readLabels(MALFORMED.resolve("fewer-labels-idx1-ubyte"));
    assertEquals(
        "Expected 5 labels, as good-images-idx3-ubyte has images, at byte 4, found 4"
            + " (fewer-labels-idx1-ubyte)",
        assertThrows(
                IdxFormatException.class,
                () ->
                    fewer.requireOnePerImage(
                        "fewer-labels-idx1-ubyte", images, "good-images-idx3-ubyte"))
            .getMessage());
    for (IdxHeader none :
        new IdxHeader[] {
          readImages(MALFORMED.resolve("zero-images-idx3-ubyte")),
          readLabels(MALFORMED.resolve("zero-labels-idx1-ubyte"))
        }) {
      assertThrows(IdxFormatException.class, () -> none.requireRecords("zero"));
    }
    Path beyond = MALFORMED.resolve("beyond-classes-labels-idx1-ubyte");
    assertArrayEquals(new byte[] {0, 1, 10, 3, -1}, records(beyond, readLabels(beyond)));
  }

  private Path unpack(String file) throws IOException {
    Path packed = TESTDATA.resolve(file);
    String name = packed.getFileName().toString();
    Path target = folder.resolve(name + ".unpacked");
    try (FileChannel in = FileChannel.open(packed);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      Gzip.unpack(in, out, name);
    }
    return target;
  }

  private static IdxHeader readImages(Path path) throws IOException {
    try (FileChannel in = FileChannel.open(path)) {
      return IdxHeader.readImages(in, in.size(), path.getFileName().toString());
    }
  }

  private static IdxHeader readLabels(Path path) throws IOException {
    try (FileChannel in = FileChannel.open(path)) {
      return IdxHeader.readLabels(in, in.size(), path.getFileName().toString());
    }
  }

  private static byte[] records(Path path, IdxHeader header) throws IOException {
    try (FileChannel in = FileChannel.open(path)) {
      return new IdxReader(in, header, path.toString()).read(0, header.records());
    }
  }
}
