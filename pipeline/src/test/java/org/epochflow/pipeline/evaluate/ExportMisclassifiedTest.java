package org.epochflow.pipeline.evaluate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.ClassNames;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a model got wrong is found again in the export, in one order. */
final class ExportMisclassifiedTest {
  private static final int RECORD_BYTES = SmallData.HEIGHT * SmallData.WIDTH;
  private static final List<Prediction> WRONG =
      List.of(
          new Prediction(0, 2, 1, new float[] {0.125f, 0.75f, 0.125f}),
          new Prediction(9, 0, 2, new float[] {0.25f, 0f, 0.5f}),
          new Prediction(10, 1, 0, new float[] {1f, 1e-10f, 0f}),
          new Prediction(15, 1, 2, new float[] {0.1f, 0.3f, 0.6f}));

  private final Path folder;
  private final Path export;

  ExportMisclassifiedTest(@TempDir Path folder) {
    this.folder = folder;
    export = folder.resolve("misclassified");
  }

  @Test
  void theCsvHasEachExampleByItsIndex() throws IOException {
    export(WRONG);
    assertEquals(
        """
        index,label,predicted,confidence,p0,p1,p2
        0,2,1,0.75,0.125,0.75,0.125
        9,0,2,0.5,0.25,0.0,0.5
        10,1,0,1.0,1.0,1.0E-10,0.0
        15,1,2,0.6,0.1,0.3,0.6
        """,
        Files.readString(export.resolve("misclassified.csv")));
  }

  @Test
  void theIdxFilesHoldTheImagesInTheCsvsOrder() throws IOException {
    List<Source> files = export(WRONG);
    ByteArrayOutputStream images = new ByteArrayOutputStream();
    images.write(new byte[] {0, 0, 8, 3, 0, 0, 0, 4, 0, 0, 0, 8, 0, 0, 0, 6});
    images.write(record(files.get(0), 0));
    images.write(record(files.get(0), 9));
    images.write(record(files.get(1), 0));
    images.write(record(files.get(2), 4));
    assertArrayEquals(
        images.toByteArray(), Files.readAllBytes(export.resolve("images-idx3-ubyte")));
    assertArrayEquals(
        new byte[] {0, 0, 8, 1, 0, 0, 0, 4, 2, 0, 1, 1},
        Files.readAllBytes(export.resolve("labels-idx1-ubyte")));
  }

  @Test
  void theSheetIsAPictureOfThem() throws IOException {
    export(WRONG);
    var sheet = ImageIO.read(export.resolve("misclassified.png").toFile());
    assertTrue(sheet.getWidth() >= 4 * SmallData.WIDTH && sheet.getHeight() >= SmallData.HEIGHT);
  }

  @Test
  void namesOfClassesAreCaptionsInTheirOwnLine() throws IOException {
    List<Source> files = export(WRONG);
    int height = ImageIO.read(export.resolve("misclassified.png").toFile()).getHeight();
    new ExportMisclassified(
            Records.open(files), export.toString(), List.of("Coat", "Dress", "Shirt"))
        .write(evaluation(WRONG));
    assertTrue(
        ImageIO.read(export.resolve("misclassified.png").toFile()).getHeight() > height,
        "a second line");
  }

  @Test
  void nothingWrongIsAnEmptyExportWithoutASheet() throws IOException {
    export(WRONG);
    export(List.of());
    assertEquals(
        "index,label,predicted,confidence,p0,p1,p2\n",
        Files.readString(export.resolve("misclassified.csv")));
    assertArrayEquals(
        new byte[] {0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 6},
        Files.readAllBytes(export.resolve("images-idx3-ubyte")));
    assertArrayEquals(
        new byte[] {0, 0, 8, 1, 0, 0, 0, 0},
        Files.readAllBytes(export.resolve("labels-idx1-ubyte")));
    assertFalse(Files.exists(export.resolve("misclassified.png")));
  }

  @Test
  void imagesOfChannelsThatNoPictureHasAreExportedWithoutASheet() throws IOException {
    Source files = SmallData.write(folder, "deep", new byte[1], new byte[4 * 4 * 2], 4, 4, 2);
    List<Prediction> wrong = WRONG.subList(0, 1);
    new ExportMisclassified(Records.open(List.of(files)), export.toString(), ClassNames.numbers(3))
        .write(evaluation(wrong));
    assertEquals(20 + 32, Files.size(export.resolve("images-idx3-ubyte")));
    assertFalse(Files.exists(export.resolve("misclassified.png")));
  }

  private List<Source> export(List<Prediction> wrong) throws IOException {
    List<Source> files =
        List.of(
            SmallData.random(folder, "a", 10, 1),
            SmallData.random(folder, "b", 1, 2),
            SmallData.random(folder, "c", 5, 3));
    new ExportMisclassified(Records.open(files), export.toString(), ClassNames.numbers(3))
        .write(evaluation(wrong));
    return files;
  }

  private static Evaluation evaluation(List<Prediction> wrong) {
    return new Evaluation(Tally.NONE, Quality.none(3), wrong);
  }

  private static byte[] record(Source files, int number) throws IOException {
    int from = 16 + number * RECORD_BYTES;
    return Arrays.copyOfRange(
        Files.readAllBytes(Path.of(files.images())), from, from + RECORD_BYTES);
  }
}
