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
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Reading.ImageSize;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of a label and pixels become records. */
final class CsvImporterTest {
  private final Path folder;

  CsvImporterTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Path write(String name, String text) throws IOException {
    return Imports.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private Imports open(Path file, Reading reading) throws IOException {
    return Imports.of(file, Part.TRAIN, reading, folder.resolve("imported"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "label,pixel0,pixel1,pixel2,pixel3\n7,1,2,3,255\n0,5,6,7,8\n",
        "\uFEFFlabel,1x1,1x2,2x1,2x2\r\n7,1,2,3,255\r\n0,5,6,7,8",
        "pixel1,pixel2,pixel3,pixel4,class\n1,2,3,255,7\n5,6,7,8,0\n",
        "\"pixel1\", \"pixel2\",\"pixel3\",\"pixel4\",\"class\"\n1,2,3,255,'7'\n5,6,7,8,0\n",
        "7,1,2,3,255\n0,5,6,7,8\n",
        "7.0, 1, 2.00, 3, 255.\n\n0,5,6,7,8\n"
      })
  void everyLayoutIsTheSameRecords(String text) throws IOException {
    Imports imports = open(write("data.csv", text.replace("'", "\"")), Reading.AS_IT_IS);
    assertEquals(Shape.of(2, 2), imports.records().image());
    assertArrayEquals(new byte[] {1, 2, 3, (byte) 255, 5, 6, 7, 8}, imports.pixels());
    assertArrayEquals(new byte[] {7, 0}, imports.labels());
    assertEquals(List.of(), imports.rejected());
  }

  @Test
  void gzipIsKnownByItsContent() throws IOException {
    Path file = Imports.write(folder.resolve("any.name"), packed("3,1,2,3,4"));
    assertArrayEquals(new byte[] {1, 2, 3, 4}, open(file, Reading.AS_IT_IS).pixels());
  }

  @Test
  void aDamagedFileIsNamed() throws IOException {
    byte[] values = new byte[400_000];
    new Random(1).nextBytes(values);
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      rows.append(values[i] & 0xff).append(i % 5 == 4 ? '\n' : ',');
    }
    byte[] whole = packed(rows.toString());
    Path damaged =
        Imports.write(folder.resolve("x.csv.gz"), Arrays.copyOf(whole, whole.length - 9));
    assertEquals(
        "Expected an intact CSV file, found Unexpected end of ZLIB input stream (%s)"
            .formatted(damaged),
        assertThrows(BadDataException.class, () -> open(damaged, Reading.AS_IT_IS)).getMessage());
  }

  private static byte[] packed(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(StandardCharsets.US_ASCII));
    }
    return packed.toByteArray();
  }

  @Test
  void coloursAndOtherShapesFollowFromTheNumberOfColumns() throws IOException {
    Path colour = write("colour.csv", "1" + ",9".repeat(27) + "\n");
    assertEquals(Shape.of(3, 3, 3), open(colour, Reading.AS_IT_IS).records().image());
    Path wide = write("wide.csv", "1" + ",9".repeat(6) + "\n");
    Reading size = new Reading(null, 0, new ImageSize(2, 3), null, List.of());
    assertEquals(Shape.of(2, 3), open(wide, size).records().image());
    assertEquals(
        "Expected the pixels of a square picture, found 6 (%s); --imageSize=HxW says its height and"
                .formatted(wide)
            + " width",
        assertThrows(BadDataException.class, () -> open(wide, Reading.AS_IT_IS)).getMessage());
  }

  @Test
  void badRowsAreListedWithTheirLines() throws IOException {
    Path file =
        write(
            "data.csv",
            "label,a,b,c,d\n1,1,2,3,4\n1,1,2,3\n1,1,2,3,256\nx,1,2,3,4\n2,1,2,3,-4\n3,5,6,7,8\n");
    Imports imports = open(file, Reading.AS_IT_IS);
    assertArrayEquals(new byte[] {1, 3}, imports.labels());
    assertEquals(
        List.of(
            "record 3 of F (4 values, not 5)",
            "record 4 of F (a pixel is no number of 0 to 255: 256)",
            "record 5 of F (the label is no number of 0 to 255: x)",
            "record 6 of F (a pixel is no number of 0 to 255: -4)"),
        imports.rejected().stream().map(one -> one.place().replace(file.toString(), "F")).toList());
  }

  @Test
  void theFilesOfAFolderAreItsParts() throws IOException {
    Path train = write("fashion-mnist_train.csv", "label,a,b,c,d\n1,1,2,3,4\n");
    Path test = write("fashion-mnist_test.csv", "label,a,b,c,d\n1,1,2,3,4\n");
    assertEquals(List.of(Source.of(train + "")), find(Part.TRAIN, 0));
    assertEquals(List.of(Source.of(test + "")), find(Part.TEST, 0));
  }

  @Test
  void aTestFileWithoutLabelsIsNoPart() throws IOException {
    Path train = write("train.csv", "label,a,b,c,d\n1,1,2,3,4\n");
    write("test.csv", "a,b,c,d,e\n1,1,2,3,4\n");
    write("sample_submission.csv", "ImageId,Label\n1,0\n");
    assertEquals(List.of(Source.of(train + "")), find(Part.TRAIN, 0));
    assertEquals(List.of(), find(Part.TEST, 0));
    assertEquals(List.of(Source.of(train + "")), find(Part.TEST, 0.5));
  }

  private List<Source> find(Part part, double testSplit) throws IOException {
    Reading reading = new Reading(null, testSplit, null, null, List.of());
    return Importers.find(folder.toString(), part, reading);
  }

  @Test
  void aFileIsSplitByItsRows() throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      rows.append(i).append(",1,2,3,4\n");
    }
    Path file = write("all.csv", rows.toString());
    Reading split = new Reading(null, 0.3, null, null, List.of());
    byte[] train = open(file, split).labels();
    byte[] test = Imports.of(file, Part.TEST, split, folder.resolve("imported")).labels();
    assertEquals(100, train.length + test.length);
    assertEquals(100, IntStream.concat(stream(train), stream(test)).distinct().count());
  }

  private static IntStream stream(byte[] values) {
    return IntStream.range(0, values.length).map(i -> values[i]);
  }

  @Test
  void otherTextIsNone() throws IOException {
    assertFalse(Importers.reads(write("names.csv", "a,b,c,d,e,f\nx,y,z,1,2,3\n") + ""));
    assertFalse(Importers.reads(write("short.csv", "1,2,3\n") + ""));
    assertFalse(Importers.reads(write("empty.csv", "") + ""));
    assertFalse(Importers.reads(write("quote.csv", "\"a") + ""));
  }
}
