package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Records;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files and folders of images, with labels or without, are one sequence of images. */
final class ImagesToPredictTest {
  private static final Path NPZ = SmallData.testdata("npz");
  private static final Path PICTURES = SmallData.testdata("pictures");
  private final Path folder;

  ImagesToPredictTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private ImagesToPredict open(@Nullable Shape image, String... paths) throws IOException {
    List<String> absolute = Stream.of(paths).map(path -> folder.resolve(path).toString()).toList();
    return ImagesToPredict.open(absolute, image, folder.resolve("imported").toString());
  }

  private static byte[] pixels(Records records) throws IOException {
    try (Records.Reader reader = records.reader()) {
      return reader.images(0, (int) records.count());
    }
  }

  private void text(String name, String text) throws IOException {
    Imports.write(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private void picture(String name, String picture) throws IOException {
    Imports.write(folder.resolve(name), Files.readAllBytes(PICTURES.resolve(picture)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pixel0,pixel1,pixel2,pixel3\n1,2,3,255\n5,6,7,8\n", // Kaggle's test.csv
        "id,pixel0,pixel1,pixel2,pixel3\n0,1,2,3,255\n1,5,6,7,8\n",
        "label,pixel0,pixel1,pixel2,pixel3\n?,1,2,3,255\n,5,6,7,8\n",
        "1,2,3,255\n5,6,7,8\n",
        "9,1,2,3,255\n9,5,6,7,8\n"
      })
  void rowsNeedNoLabel(String rows) throws IOException {
    text("test.csv", rows);
    ImagesToPredict images = open(Shape.of(2, 2, 1), "test.csv");
    assertEquals(Shape.of(2, 2), images.records().image());
    assertArrayEquals(new byte[] {1, 2, 3, (byte) 255, 5, 6, 7, 8}, pixels(images.records()));
    assertEquals(List.of(), images.rejected());
  }

  @Test
  void rowsAreOfTheModelsSize() throws IOException {
    text("wide.csv", "1,2,3,4,5,6\n");
    text("labelled.csv", "9,1,2,3,4,5,6\n");
    for (String file : List.of("wide.csv", "labelled.csv")) {
      Records images = open(Shape.of(2, 3, 1), file).records();
      assertEquals(Shape.of(2, 3), images.image());
      assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6}, pixels(images), file);
    }
  }

  @Test
  void noOptionIsOfferedThatPredictLacks() throws IOException {
    text("wide.csv", "1,2,3,4,5,6\n");
    picture("photos/1.png", "grey.png");
    BufferedImage small = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    ImageIO.write(small, "png", folder.resolve("photos/2.png").toFile());
    String[] photos =
        ImagesToPredict.in(folder.resolve("photos").toString()).toArray(new String[0]);
    for (String[] files : List.of(new String[] {"wide.csv"}, photos)) {
      Exception e = assertThrows(BadDataException.class, () -> open(null, files));
      assertFalse(String.valueOf(e.getMessage()).contains("--"), e.getMessage());
    }
  }

  @Test
  void picturesBecomeWhatTheModelTakes() throws IOException {
    picture("photos/b/grey.png", "grey.png");
    picture("photos/a.jpg", "colour.jpg");
    picture("photos/.hidden.png", "grey.png");
    text("photos/notes.txt", "none");
    List<String> files = ImagesToPredict.in(folder.resolve("photos").toString());
    ImagesToPredict colours = open(Shape.of(5, 4, 3), files.toArray(String[]::new));
    assertEquals(List.of("a.jpg", "b/grey.png"), colours.files());
    assertEquals(Shape.of(5, 4, 3), colours.records().image());
    ImagesToPredict grey = open(Shape.of(5, 4, 1), files.toArray(String[]::new));
    assertEquals(Shape.of(5, 4), grey.records().image());
  }

  @Test
  void whatCannotBeReadKeepsItsPlace() throws IOException {
    picture("all/1.png", "grey.png");
    text("all/2.png", "no picture");
    text("all/3.csv", "1,2,3,4\n1,2,x,4\n5,6,7,8\n");
    text("all/4.png", "no picture");
    picture("all/5.png", "grey.png");
    ImagesToPredict images =
        open(Shape.of(2, 2, 1), "all/1.png", "all/2.png", "all/3.csv", "all/4.png", "all/5.png");
    assertEquals(List.of("1.png", "3.csv", "3.csv", "5.png"), images.files());
    assertEquals(List.of(1L, 3L, 5L), images.leftOut());
    assertEquals(
        List.of("2.png", "3.csv", "4.png"),
        images.rejected().stream()
            .map(one -> String.valueOf(Path.of(one.file()).getFileName()))
            .toList());
    assertEquals(4, images.records().count());
  }

  @ParameterizedTest
  @CsvSource({"stored.npz, 2", "other.npz, 5", "half.npz, 5", "colour.npz, 5"})
  void aNumpyFileHasTestImagesOrOneArray(String file, int images) throws IOException {
    assertEquals(images, open(null, NPZ.resolve(file).toString()).records().count());
  }

  @Test
  void aNumpyFileWithoutImagesIsRefused() {
    String file = NPZ.resolve("flat.npz").toString();
    Exception e = assertThrows(BadDataException.class, () -> open(null, file));
    assertEquals(
        "Expected x_test, or one array of uint8 images (n, height, width) or (n, height, width,"
            + " channels), found none (%s)".formatted(file),
        e.getMessage());
  }

  @Test
  void ofNoFormatIsRefusedAsIdx() throws IOException {
    text("notes.txt", "none");
    assertThrows(IdxFormatException.class, () -> open(null, "notes.txt"));
  }
}
