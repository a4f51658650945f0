package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arrays that NumPy wrote are the same records as IDX files. */
final class NpzImporterTest {
  private final Path folder;

  NpzImporterTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static String numpy(String name) {
    return SmallData.testdata("npz").resolve(name).toString();
  }

  private Records open(String path, Part part) throws IOException {
    List<Source> sources = Importers.find(path, part, Reading.AS_IT_IS);
    DataFiles files = new DataFiles(sources, sources);
    return new Importers(folder.resolve("imported").toString())
        .open(files, part, List.of(), new ArrayList<>());
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void whatNumpyWroteIsReadValueByValue(String name) throws IOException {
    byte[] pixels = new byte[5 * 4 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i * 7);
    }
    Records train = open(numpy(name), Part.TRAIN);
    assertEquals(Shape.of(4, 3), train.image());
    try (Records.Reader reader = train.reader()) {
      assertArrayEquals(pixels, reader.images(0, 5));
      assertArrayEquals(new byte[] {0, 1, 2, 1, (byte) 255}, reader.labels(0, 5));
    }
    try (Records.Reader reader = open(numpy(name), Part.TEST).reader()) {
      assertArrayEquals(new byte[] {14, 7, 0, 35, 28, 21}, Arrays.copyOf(reader.images(0, 1), 6));
      assertArrayEquals(new byte[] {0, 1}, reader.labels(0, 2));
    }
  }

  @Test
  void colouredImagesKeepTheirChannelsAndATestPartMayLack() throws IOException {
    assertEquals(Shape.of(2, 2, 3), open(numpy("colour.npz"), Part.TRAIN).image());
    assertEquals(List.of(), Importers.find(numpy("colour.npz"), Part.TEST, Reading.AS_IT_IS));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
      float.npz     ; uint8 images (n, height, width) or (n, height, width, channels) in C order, found <f4 (5, 4, 3) ; x_train
      flat.npz      ; uint8 images (n, height, width) or (n, height, width, channels) in C order, found |u1 (5, 12) ; x_train
      one-hot.npz   ; integer labels (n,) in C order, found <f8 (5, 5) ; y_train
      negative.npz  ; labels of 0 to 255, found -1 at record 0 ; y_train
      large.npz     ; labels of 0 to 255, found 256 at record 4 ; y_train
      fewer.npz     ; 5 labels, as many as images, found 4 ; y_train
      empty.npz     ; at least one image of at least one pixel, found |u1 (0, 4, 3) ; x_train
      """)
  void whatItDoesNotTakeIsToldAsNumpyNamesIt(String name, String message, String array) {
    requireMessage("Expected %s (%s, %s)".formatted(message, numpy(name), array), name);
  }

  private void requireMessage(String expected, String name) {
    assertEquals(
        expected,
        assertThrows(BadDataException.class, () -> open(numpy(name), Part.TRAIN)).getMessage());
  }

  @Test
  void imagesInFortranOrderAreRefusedWithTheirHeader() {
    var fault = assertThrows(BadDataException.class, () -> open(numpy("fortran.npz"), Part.TRAIN));
    String message = String.valueOf(fault.getMessage());
    assertTrue(message.startsWith("Expected an array of one type in C order, found {"), message);
    assertTrue(message.contains("'fortran_order': True"), message);
  }

  @Test
  void aHalfPartAndATruncatedFileAreNamed() {
    requireMessage(
        "Expected y_train beside x_train in %s, found x_train alone".formatted(numpy("half.npz")),
        "half.npz");
    requireMessage(
        "Expected an intact .npz file, found unexpected EOF (%s)".formatted(numpy("truncated.npz")),
        "truncated.npz");
  }

  @Test
  void onlyZipsOfArraysAreOfThisFormat() throws IOException {
    NpzImporter format = new NpzImporter();
    assertTrue(format.reads(numpy("other.npz")));
    assertEquals(List.of(), format.find(numpy("other.npz"), Part.TRAIN, Reading.AS_IT_IS));
    assertFalse(format.reads(numpy("README.md")));
    assertFalse(format.reads(numpy("none.npz")));
    assertFalse(format.reads(folder.toString()));
    Path zip = folder.resolve("model.keras");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("metadata.json"));
    }
    assertFalse(format.reads(zip.toString()));
  }

  @Test
  void theSamePixelsAreTheSameDataSet() throws IOException {
    DataFiles idx = SmallData.sound(folder.resolve("idx"), 300, 50);
    Path npz = folder.resolve("data.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(npz))) {
      for (Part part : Part.values()) {
        Source files = idx.of(part).get(0);
        byte[] labels = records(files.labels(), 8);
        byte[] images = records(files.images(), 16);
        store(zip, "y_" + part.word(), String.format(Locale.ROOT, "(%d,)", labels.length), labels);
        store(
            zip,
            "x_" + part.word(),
            String.format(Locale.ROOT, "(%d, 8, 6)", labels.length),
            images);
      }
    }
    DataFiles files =
        new DataFiles(
            Importers.find(npz.toString(), Part.TRAIN, Reading.AS_IT_IS),
            Importers.find(npz.toString(), Part.TEST, Reading.AS_IT_IS));
    assertEquals(
        SmallData.prepare(folder.resolve("a"), idx, SmallData.CLASSES, 0).dataSet(),
        SmallData.prepare(folder.resolve("b"), files, SmallData.CLASSES, 0).dataSet());
  }

  private static byte[] records(String file, int from) throws IOException {
    byte[] all = Files.readAllBytes(Path.of(file));
    return Arrays.copyOfRange(all, from, all.length);
  }

  private static void store(ZipOutputStream zip, String name, String shape, byte[] values)
      throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }\n".formatted(shape);
    zip.putNextEntry(new ZipEntry(name + ".npy"));
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    zip.write(header.getBytes(StandardCharsets.UTF_8));
    zip.write(values);
    zip.closeEntry();
  }
}
