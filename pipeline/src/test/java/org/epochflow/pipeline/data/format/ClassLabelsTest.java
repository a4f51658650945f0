package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PrepareData;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Labels that begin at 1, and classes that have names. */
final class ClassLabelsTest {
  private final Path folder;

  ClassLabelsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Source labels(String name, int... labels) throws IOException {
    byte[] bytes = new byte[labels.length];
    for (int i = 0; i < labels.length; i++) {
      bytes[i] = (byte) labels[i];
    }
    return SmallData.write(folder, name, bytes, new byte[bytes.length * 48]);
  }

  private PrepareData prepare(
      Source train, Source test, int classes, Reading reading, String... known) throws IOException {
    DataFiles files = new DataFiles(List.of(train), List.of(test), reading);
    return new PrepareData(files, classes, List.of(known), folder.resolve("prepared").toString());
  }

  private static Reading first(Integer label) {
    return new Reading(label, 0, null, null, List.of());
  }

  private static byte[] labels(Records records) throws IOException {
    try (Records.Reader reader = records.reader()) {
      return reader.labels(0, (int) records.count());
    }
  }

  @Test
  void labelsFromOneToTheNumberOfClassesBeginAtZero() throws IOException {
    PrepareData data = prepare(labels("train", 1, 3, 2), labels("test", 2, 1), 3, Reading.AS_IT_IS);
    assertArrayEquals(new byte[] {0, 2, 1}, labels(data.images()));
    assertEquals(
        List.of(
            "The labels run from 1 to 3, so class 0 is label 1; --labels=from0 takes them as they"
                + " are"),
        data.notices());
  }

  @Test
  void aZeroOfEitherPartOrASmallerLargestLabelLeavesThemAsTheyAre() throws IOException {
    Source train = labels("train", 1, 3, 2);
    assertArrayEquals(
        new byte[] {1, 3, 2},
        labels(prepare(train, labels("test", 2, 0), 3, Reading.AS_IT_IS).images()));
    PrepareData more = prepare(train, labels("test", 2, 1), 4, Reading.AS_IT_IS);
    assertArrayEquals(new byte[] {1, 3, 2}, labels(more.images()));
    assertEquals(List.of(), more.notices());
  }

  @Test
  void anOptionDecides() throws IOException {
    Source train = labels("train", 1, 3, 2);
    Source test = labels("test", 2, 0);
    assertArrayEquals(new byte[] {0, 2, 1}, labels(prepare(train, test, 4, first(1)).images()));
    assertArrayEquals(
        new byte[] {1, 3, 2}, labels(prepare(train, labels("all", 3), 3, first(0)).images()));
  }

  @Test
  void aModelWhoseClassesAreNamedFromOneTakesLabelsFromOne() throws IOException {
    PrepareData few =
        prepare(labels("train", 1, 2), labels("test", 2), 3, Reading.AS_IT_IS, "1", "2", "3");
    assertArrayEquals(new byte[] {0, 1}, labels(few.images()));
    assertEquals(List.of(), few.notices());
  }

  @Test
  void theUsersFilesStayAsTheyAre() throws IOException {
    Source train = labels("train", 1, 2);
    prepare(train, labels("test", 2), 2, Reading.AS_IT_IS);
    assertArrayEquals(new byte[] {1, 2}, labels(Records.open(List.of(train))));
  }

  @Test
  void foldersAreTheClassesOfTheModelByTheirNames() throws IOException {
    Path picture = SmallData.testdata("pictures").resolve("grey.png");
    Path tree = folder.resolve("tree");
    for (String name : List.of("owl", "cat")) {
      Imports.write(tree.resolve(name).resolve("1.png"), Files.readAllBytes(picture));
    }
    DataFiles files = new DataFiles(List.of(Source.of(tree.toString())), List.of());
    assertEquals(List.of("cat", "owl"), ClassLabels.names(files, 3, List.of()));
    assertEquals(List.of("cat", "owl"), ClassLabels.names(files, 3, List.of("0", "1", "2")));
    List<String> model = List.of("owl", "dog", "cat");
    assertEquals(model, ClassLabels.names(files, 3, model));
    assertEquals(
        "Expected the model's classes owl, dog, found 2 classes: cat, owl (%s)".formatted(tree),
        refusal(files, 2, List.of("owl", "dog")));
    assertEquals(
        "Expected 1 classes, as --classes and the model have them, found 2 classes: cat, owl (%s)"
            .formatted(tree),
        refusal(files, 1, List.of()));
  }

  private static String refusal(DataFiles files, int classes, List<String> known) {
    return String.valueOf(
        assertThrows(BadDataException.class, () -> ClassLabels.names(files, classes, known))
            .getMessage());
  }
}
