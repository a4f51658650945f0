package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Reading.ColorMode;
import org.epochflow.pipeline.data.Reading.ImageSize;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders of pictures become records: the folders are the classes. */
final class FolderImporterTest {
  private static final Reading SIZED =
      new Reading(null, 0, new ImageSize(3, 2), ColorMode.GRAYSCALE, List.of());
  private final Path folder;

  FolderImporterTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A grey picture of 3 x 2, each of whose pixels has one value. */
  private void draw(String name, int value) throws IOException {
    draw(name, value, 2, 3, BufferedImage.TYPE_BYTE_GRAY);
  }

  private void draw(String name, int value, int width, int height, int type) throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int i = 0; i < width * height; i++) {
      for (int band = 0; band < image.getRaster().getNumBands(); band++) {
        image.getRaster().setSample(i % width, i / width, band, value);
      }
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  private Imports open(Part part, Reading reading) throws IOException {
    return Imports.of(folder, part, reading, folder.resolveSibling("imported"));
  }

  private static int[] firstPixels(Imports imports) throws IOException {
    byte[] pixels = imports.pixels();
    int[] first = new int[(int) imports.records().count()];
    for (int i = 0; i < first.length; i++) {
      first[i] = pixels[i * pixels.length / first.length] & 0xff;
    }
    return first;
  }

  @ParameterizedTest
  @CsvSource({"train, test", "training, testing", "Train, VAL", "train, validation"})
  void foldersOfPartsHoldFoldersOfClasses(String train, String test) throws IOException {
    draw(train + "/dog/2.png", 20);
    draw(train + "/cat/1.png", 10);
    draw(train + "/cat/deep/er/10.PNG", 30);
    draw(test + "/dog/1.png", 40);
    Imports training = open(Part.TRAIN, Reading.AS_IT_IS);
    assertEquals(List.of("cat", "dog"), training.classes());
    assertEquals(Shape.of(3, 2), training.records().image());
    assertArrayEquals(new int[] {10, 20, 30}, firstPixels(training));
    assertArrayEquals(new byte[] {0, 1, 0}, training.labels());
    assertArrayEquals(new int[] {40}, firstPixels(open(Part.TEST, Reading.AS_IT_IS)));
  }

  @Test
  void classesAreThoseOfAllSources() throws IOException {
    draw("1/a/1.png", 1);
    draw("2/b/1.png", 2);
    List<Source> nights =
        List.of(Source.of(folder.resolve("1") + ""), Source.of(folder.resolve("2") + ""));
    Imports both = Imports.of(nights, Part.TRAIN, Reading.AS_IT_IS, folder.resolve("imported"));
    assertEquals(List.of("a", "b"), both.classes());
    assertArrayEquals(new byte[] {0, 1}, both.labels());
  }

  @Test
  void picturesThatAreNotNumberedComeMixedInAnOrderOfTheirPaths() throws IOException {
    for (int i = 0; i < 20; i++) {
      draw("train/a/x" + i + ".png", i);
      draw("train/b/x" + i + ".png", 100 + i);
    }
    draw("test/a/x.png", 1);
    byte[] labels = open(Part.TRAIN, Reading.AS_IT_IS).labels();
    int changes = 0;
    for (int i = 1; i < labels.length; i++) {
      changes += labels[i] == labels[i - 1] ? 0 : 1;
    }
    assertTrue(changes > 10, "the classes do not mix: " + changes);
    assertArrayEquals(labels, open(Part.TRAIN, Reading.AS_IT_IS).labels());
  }

  @Test
  void aTreeWithoutPartsIsSplitAndNoPictureChangesItsPartWhenOthersCome() throws IOException {
    for (int i = 0; i < 100; i++) {
      draw("tree/a/" + i + ".png", i);
    }
    Path tree = folder.resolve("tree");
    assertEquals(List.of(), Importers.find(tree + "", Part.TEST, Reading.AS_IT_IS));
    assertEquals(1, Importers.findTest(tree + "", Reading.AS_IT_IS).size());
    Reading split = new Reading(null, 0.3, null, null, List.of());
    Set<Integer> train = values(tree, Part.TRAIN, split);
    Set<Integer> test = values(tree, Part.TEST, split);
    assertTrue(test.size() > 15 && test.size() < 45, () -> "test examples: " + test.size());
    assertEquals(100, train.size() + test.size());
    for (int i = 100; i < 200; i++) {
      draw("tree/a/" + i + ".png", i);
    }
    assertTrue(values(tree, Part.TEST, split).containsAll(test));
    assertTrue(values(tree, Part.TRAIN, split).containsAll(train));
  }

  private Set<Integer> values(Path tree, Part part, Reading reading) throws IOException {
    Set<Integer> values = new TreeSet<>();
    for (int value : firstPixels(Imports.of(tree, part, reading, folder.resolve("imported")))) {
      values.add(value);
    }
    return values;
  }

  @Test
  void dataThatHavePartsAreNotSplit() throws IOException {
    draw("train/a/1.png", 1);
    draw("test/a/1.png", 1);
    Reading split = new Reading(null, 0.3, null, null, List.of());
    assertEquals(
        "Expected --testSplit with data that have no test examples of their own, found " + folder,
        assertThrows(
                BadDataException.class, () -> Importers.find(folder.toString(), Part.TRAIN, split))
            .getMessage());
  }

  @Test
  void hiddenFilesAndFilesOfOtherKindsAreLeftOut() throws IOException {
    draw("train/a/1.png", 1);
    draw("train/a/.2.png", 2);
    draw("train/.b/3.png", 3);
    draw("train/__MACOSX/4.png", 4);
    Files.writeString(folder.resolve("train/a/5.txt"), "a note");
    Files.writeString(folder.resolve("train/a/6.png.part"), "half");
    draw("test/a/1.png", 7);
    Imports imports = open(Part.TRAIN, Reading.AS_IT_IS);
    assertEquals(List.of("a"), imports.classes());
    assertArrayEquals(new int[] {1}, firstPixels(imports));
    assertEquals(List.of(), imports.rejected());
  }

  @Test
  void brokenPicturesAreListedAndLeftOut() throws IOException {
    draw("train/a/1.png", 1);
    draw("train/a/4.png", 4);
    draw("test/a/1.png", 7);
    Path broken = Imports.write(folder.resolve("train/a/0.png"), new byte[] {1, 2, 3});
    Path empty = Imports.write(folder.resolve("train/a/3.jpg"), new byte[0]);
    Imports imports = open(Part.TRAIN, Reading.AS_IT_IS);
    assertArrayEquals(new int[] {1, 4}, firstPixels(imports));
    assertEquals(
        List.of(
            new Rejected(Part.TRAIN, broken.toString(), 0, 0, "no PNG, JPEG, BMP or GIF"),
            new Rejected(Part.TRAIN, empty.toString(), 0, 2, "empty")),
        imports.rejected());
  }

  @Test
  void whereNoPictureCanBeReadTheFirstIsNamed() throws IOException {
    draw("test/a/1.png", 7);
    Path broken = Imports.write(folder.resolve("train/a/0.png"), new byte[] {1, 2, 3});
    refuses(
        "Expected pictures that can be read, found none: the first is no PNG, JPEG, BMP or GIF"
            + " (%s)".formatted(broken));
  }

  @Test
  void picturesOfSeveralSizesAndModesNeedAnOption() throws IOException {
    draw("train/a/1.png", 1);
    draw("test/a/1.png", 7);
    draw("train/a/2.png", 2, 4, 4, BufferedImage.TYPE_BYTE_GRAY);
    refuses(
        "Expected pictures of 3x2 in grey as the first, found 4x4 in grey (%s); --imageSize=3x2"
                .formatted(folder.resolve("train/a/2.png"))
            + " makes them all the same");
    draw("train/a/2.png", 2, 2, 3, BufferedImage.TYPE_INT_RGB);
    refuses(
        "Expected pictures of 3x2 in grey as the first, found 3x2 in colour (%s);"
                .formatted(folder.resolve("train/a/2.png"))
            + " --colorMode=rgb or --colorMode=grayscale makes them all the same");
    draw("train/a/2.png", 2, 5, 7, BufferedImage.TYPE_INT_RGB);
    assertArrayEquals(new int[] {1, 2}, firstPixels(open(Part.TRAIN, SIZED)));
    Reading colour = new Reading(null, 0, new ImageSize(1, 1), ColorMode.RGB, List.of());
    assertEquals(Shape.of(1, 1, 3), open(Part.TRAIN, colour).records().image());
  }

  @Test
  void greyAmongColoursIsColoured() throws IOException {
    draw("train/a/1.png", 1, 2, 3, BufferedImage.TYPE_INT_RGB);
    draw("train/a/2.png", 2);
    draw("test/a/1.png", 7);
    Imports imports = open(Part.TRAIN, Reading.AS_IT_IS);
    assertEquals(Shape.of(3, 2, 3), imports.records().image());
    assertArrayEquals(new int[] {1, 2}, firstPixels(imports));
  }

  private void refuses(String message) {
    assertEquals(
        message,
        assertThrows(BadDataException.class, () -> open(Part.TRAIN, Reading.AS_IT_IS))
            .getMessage());
  }

  @Test
  void morePicturesThanAChunkComeInOrder() throws IOException {
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < 1100; i++) {
      draw("train/" + i % 3 + "/" + i + ".png", i % 251);
      expected.add(i % 251);
    }
    draw("test/0/1.png", 7);
    assertArrayEquals(
        expected.stream().mapToInt(Integer::intValue).toArray(),
        firstPixels(open(Part.TRAIN, Reading.AS_IT_IS)));
  }

  @Test
  void otherFoldersAreNone() throws IOException {
    draw("1.png", 1);
    Files.createDirectories(folder.resolve("empty"));
    assertFalse(Importers.reads(folder.toString()));
    assertFalse(new FolderImporter().reads(SmallData.testdata("npz").toString()));
  }
}
