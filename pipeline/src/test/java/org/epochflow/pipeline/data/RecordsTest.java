package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxWriter;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.format.ImagesToPredict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several files are one sequence, read by ranges. */
final class RecordsTest {
  @TempDir private Path folder = Path.of("");

  private String write(String name, int images, int height, int width) throws IOException {
    Path file = folder.resolve(name);
    byte[] pixels = new byte[images * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (name.charAt(0) + i);
    }
    try (IdxWriter writer =
        new IdxWriter(
            Channels.newChannel(Files.newOutputStream(file)),
            IdxHeader.images(images, height, width))) {
      writer.write(pixels);
    }
    return file.toString();
  }

  private List<String> threeFiles() throws IOException {
    return List.of(write("a", 3, 2, 2), write("k", 1, 2, 2), write("x", 4, 2, 2));
  }

  private Records open(List<String> paths) throws IOException {
    return ImagesToPredict.open(paths, null, folder.resolve("imported").toString()).records();
  }

  @Test
  void aRangeMayCrossFiles() throws IOException {
    List<String> paths = threeFiles();
    Records records = open(paths);
    assertEquals(8, records.count());
    assertEquals(Shape.of(2, 2), records.image());
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (String path : paths) {
      byte[] content = Files.readAllBytes(Path.of(path));
      all.write(content, 16, content.length - 16);
    }
    try (Records.Reader reader = records.reader()) {
      for (int from = 0; from <= 8; from++) {
        for (int to = from; to <= 8; to++) {
          assertArrayEquals(
              Arrays.copyOfRange(all.toByteArray(), 4 * from, 4 * to),
              reader.images(from, to - from));
        }
      }
    }
  }

  @Test
  void recordsThatAreNotThereAreRefused() throws IOException {
    try (Records.Reader reader = open(threeFiles()).reader()) {
      assertThrows(IndexOutOfBoundsException.class, () -> reader.images(0, 9));
      assertThrows(IndexOutOfBoundsException.class, () -> reader.images(8, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> reader.images(-1, 1));
    }
  }

  @Test
  void labelsAreThoseOfTheirImages() throws IOException {
    List<Source> files =
        List.of(SmallData.random(folder, "one", 5, 1), SmallData.random(folder, "two", 3, 2));
    Records records = Records.open(files);
    assertEquals(5, records.start(1));
    byte[] second = Files.readAllBytes(Path.of(files.get(1).labels()));
    try (Records.Reader reader = records.reader()) {
      assertArrayEquals(Arrays.copyOfRange(second, 8, 10), reader.labels(5, 2));
      byte[] all = reader.labels(0, 8);
      for (int i = 0; i < 8; i++) {
        assertArrayEquals(new byte[] {all[i]}, reader.labels(i, 1));
      }
    }
  }

  @Test
  void imagesOfAnotherShapeAreRefused() throws IOException {
    List<String> paths = List.of(write("a", 3, 2, 2), write("b", 1, 2, 3));
    Exception e = assertThrows(BadDataException.class, () -> open(paths));
    assertEquals(
        "Expected images of (2, 2), as in %s, found (2, 3) (%s)"
            .formatted(paths.get(0), paths.get(1)),
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      wrong-magic-images-idx3-ubyte  | good-labels-idx1-ubyte        | magic 0x00000803 (images) at byte 0, found 0x00000801
      truncated-images-idx3-ubyte    | good-labels-idx1-ubyte        | end of file after 5 records of 12 bytes at byte 76, found it at byte 71
      zero-images-idx3-ubyte         | zero-labels-idx1-ubyte        | at least 1 record at byte 4, found 0
      good-images-idx3-ubyte         | wrong-magic-labels-idx1-ubyte | magic 0x00000801 (labels) at byte 0, found 0x00000803
      good-images-idx3-ubyte         | trailing-labels-idx1-ubyte    | end of file after 5 records of 1 byte at byte 13, found it at byte 14
      corrupt-images-idx3-ubyte.gz   | good-labels-idx1-ubyte        | magic 0x00000803 (images) at byte 0, found gzip data (1F 8B)
      """)
  void whatIsWrongWithAFileIsToldAsItStands(String images, String labels, String message) {
    Path malformed = SmallData.testdata("malformed");
    Source files = new Source(malformed.resolve(images) + "", malformed.resolve(labels) + "");
    var fault = assertThrows(IdxFormatException.class, () -> Records.open(List.of(files)));
    String file =
        message.contains("(labels)") || message.contains("1 byte")
            ? files.labels()
            : files.images();
    assertEquals("Expected %s (%s)".formatted(message, file), fault.getMessage());
  }

  @Test
  void imagesWithoutALabelEachAreRefused() {
    Path malformed = SmallData.testdata("malformed");
    Source files =
        new Source(
            malformed.resolve("good-images-idx3-ubyte") + "",
            malformed.resolve("fewer-labels-idx1-ubyte") + "");
    var fault = assertThrows(IdxFormatException.class, () -> Records.open(List.of(files)));
    assertEquals("5 labels, as %s has images,".formatted(files.images()), fault.expected());
    assertEquals("4", fault.found());
  }
}
