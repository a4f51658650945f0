package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.csv.CSVRecord;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.store.Csv;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files become a data set, or are refused with the reason. */
final class PrepareDataTest {
  private final Path source;
  private final Path target;

  PrepareDataTest(@TempDir Path folder) {
    source = folder.resolve("source");
    target = folder.resolve("target");
  }

  @Test
  void realImagesAreUnpackedCountedAndKnown() throws IOException {
    PreparedData data = SmallData.prepare(target, SmallData.fashionMnistMini(), 10, 0);
    assertEquals(Collections.nCopies(10, 500L), data.dataSet().train().perClass());
    assertEquals(Collections.nCopies(10, 100L), data.dataSet().test().perClass());
    assertEquals(Shape.of(28, 28), data.image());
    assertEquals(
        List.of(
            "manifest.json",
            "rejected.csv",
            "t10k-images-idx3-ubyte",
            "t10k-labels-idx1-ubyte",
            "train-images-idx3-ubyte",
            "train-labels-idx1-ubyte"),
        left());
    assertEquals(
        data.dataSet(), new ObjectMapper().readValue(new File(data.manifest()), DataSet.class));
    TrainingConfig config = SmallNetworks.config(1, new SplitRule(0.2001, true));
    assertEquals(5000 - 1001, data.trainExamples(config));
  }

  @Test
  void theManifestDependsOnTheDataAlone() throws IOException {
    DataFiles files = SmallData.withRejected(source);
    PreparedData one = SmallData.prepare(target.resolve("1"), files, SmallData.CLASSES, 2);
    PreparedData two = SmallData.prepare(target.resolve("2"), files, SmallData.CLASSES, 9);
    assertEquals(one.dataSet(), two.dataSet());
    assertEquals(
        Files.readString(Path.of(one.manifest())), Files.readString(Path.of(two.manifest())));
  }

  @Test
  void rejectedRecordsAreListed() throws IOException {
    SmallData.prepare(target, SmallData.withRejected(source), SmallData.CLASSES, 2);
    assertEquals(
        """
        part,folder,file,record,reason
        train,FOLDER,b-labels-idx1-ubyte,3,label 4 of 4 classes
        train,FOLDER,b-labels-idx1-ubyte,40,label 255 of 4 classes
        """
            .replace("FOLDER", source.toString()),
        Files.readString(target.resolve("rejected.csv")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b", "\"a\", b", "a\nb", "'a' #b", "ä"})
  void aFileOfAnyNameIsOneValueOfTheList(String name) throws IOException {
    Source files = SmallData.write(source, name, new byte[] {1, 9}, new byte[2 * 48], 8, 6);
    SmallData.prepare(target, new DataFiles(List.of(files), List.of()), SmallData.CLASSES, 1);
    List<CSVRecord> rejected = Csv.read(target.resolve("rejected.csv").toString());
    assertEquals(1, rejected.size());
    assertEquals(
        List.of(
            "train", source.toString(), name + "-labels-idx1-ubyte", "1", "label 9 of 4 classes"),
        rejected.get(0).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 0})
  void moreRejectedThanAllowedIsToldWithTheFirst(int maxRejected) throws IOException {
    DataFiles files = SmallData.withRejected(source);
    String file = files.train().get(1).labels();
    assertEquals(
        String.format(
            Locale.ROOT,
            "Expected labels of 0 to 3, found others in 2 of 248 records: 4 at record 3 (%s), 255 at"
                + " record 40 (%s); --classes says how many classes there are, --maxRejected (%d) how"
                + " many records may be left out",
            file,
            file,
            maxRejected),
        assertThrows(BadDataException.class, () -> prepare(files, maxRejected)).getMessage());
    assertEquals(List.of(), left().stream().filter(name -> name.contains("manifest")).toList());
  }

  @Test
  void whatIsGzippedIsNamedAsTheUserHasIt() throws IOException {
    Source bad = SmallData.withRejected(source).train().get(1);
    Path gzipped = source.resolve("b-labels-idx1-ubyte.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(gzipped))) {
      Files.copy(Path.of(bad.labels()), out);
    }
    DataFiles files =
        new DataFiles(List.of(new Source(bad.images(), gzipped.toString())), List.of());
    BadDataException e = assertThrows(BadDataException.class, () -> prepare(files, 0));
    assertTrue(String.valueOf(e).contains("(" + gzipped + ")"), e::toString);
  }

  @Test
  void theBudgetOfRejectedRecordsIsOfTrainingAndTestTogether() throws IOException {
    Source test = SmallData.random(source, "test", 40, 8);
    byte[] labels = Files.readAllBytes(Path.of(test.labels()));
    labels[8 + 39] = 9;
    Files.write(Path.of(test.labels()), labels);
    DataFiles both = new DataFiles(SmallData.withRejected(source).train(), List.of(test));
    assertThrows(BadDataException.class, () -> prepare(both, 2));
    assertEquals(1, prepare(both, 3).dataSet().test().rejectedRecords());
    DataFiles testAlone = new DataFiles(List.of(), List.of(test));
    assertEquals(
        ("Expected labels of 0 to 3, found others in 1 of 40 records: 9 at record 39 (%s); --classes"
                + " says how many classes there are, --maxRejected (0) how many records may be left"
                + " out")
            .formatted(test.labels()),
        assertThrows(BadDataException.class, () -> prepare(testAlone, 0)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({"0.8%, false", "0.9%, true"})
  void aPercentageIsOfAllRecordsOfBothParts(String percentage, boolean enough) throws IOException {
    PrepareData data =
        new PrepareData(SmallData.withRejected(source), SmallData.CLASSES, target.toString());
    RejectionBudget budget = RejectionBudget.parse(percentage).orElseThrow();
    if (enough) {
      assertEquals(
          2, data.read(Direct.execution(1), budget, any -> {}).dataSet().train().rejectedRecords());
    } else {
      var refused =
          assertThrows(
              BadDataException.class, () -> data.read(Direct.execution(1), budget, any -> {}));
      assertTrue(String.valueOf(refused).contains("--maxRejected (0.8%)"), refused::toString);
    }
  }

  @Test
  void nightsWithTheSameFileNamesAreToldApart() throws IOException {
    List<Source> nights = new ArrayList<>();
    for (String night : List.of("monday", "tuesday")) {
      byte[] labels = {0, (byte) (night.equals("monday") ? 1 : 7)};
      nights.add(SmallData.write(source.resolve(night), "x", labels, new byte[2 * 48], 8, 6));
    }
    SmallData.prepare(target, new DataFiles(nights, List.of()), SmallData.CLASSES, 1);
    assertEquals(
        List.of(
            "train",
            source.resolve("tuesday") + "",
            "x-labels-idx1-ubyte",
            "1",
            "label 7 of 4 classes"),
        Csv.read(target.resolve("rejected.csv").toString()).get(0).toList());
  }

  @Test
  void aPartOfWhichNothingIsLeftIsRefused() throws IOException {
    Source test = SmallData.write(source, "test", new byte[] {9, 9}, new byte[2 * 48], 8, 6);
    assertEquals(
        "Expected at least one record that can be used, found none (%s)".formatted(test.labels()),
        assertThrows(
                BadDataException.class, () -> prepare(new DataFiles(List.of(), List.of(test)), 2))
            .getMessage());
  }

  @Test
  void testImagesOfAnotherShapeAreRefused() throws IOException {
    Source train = SmallData.random(source, "train", 10, 1);
    Source test = SmallData.write(source, "test", new byte[2], new byte[2 * 48], 6, 8);
    assertEquals(
        "Expected test images of (8, 6) as the training images, found (6, 8) (%s)"
            .formatted(test.images()),
        assertThrows(
                BadDataException.class,
                () -> prepare(new DataFiles(List.of(train), List.of(test)), 0))
            .getMessage());
  }

  @Test
  void filesOfTwoShapesAreNoSequence() throws IOException {
    Source first = SmallData.random(source, "first", 10, 1);
    Source second = SmallData.write(source, "second", new byte[2], new byte[2 * 48], 8, 6, 1);
    assertEquals(
        "Expected images of (8, 6), as in %s, found (8, 6, 1) (%s)"
            .formatted(first.images(), second.images()),
        assertThrows(
                BadDataException.class,
                () -> prepare(new DataFiles(List.of(first, second), List.of()), 0))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "truncated-images-idx3-ubyte, good-labels-idx1-ubyte",
    "good-images-idx3-ubyte, fewer-labels-idx1-ubyte",
    "zero-images-idx3-ubyte, zero-labels-idx1-ubyte",
    "text-images-idx3-ubyte, good-labels-idx1-ubyte",
  })
  void aMalformedFileIsRefusedBeforeAnyPipeline(String images, String labels) throws IOException {
    Path malformed = SmallData.testdata("malformed");
    Source bad = new Source(malformed.resolve(images) + "", malformed.resolve(labels) + "");
    DataFiles files = new DataFiles(List.of(SmallData.random(source, "a", 3, 1)), List.of(bad));
    assertThrows(
        IdxFormatException.class,
        () -> new PrepareData(files, SmallData.CLASSES, target.toString()));
    assertEquals(List.of(), left());
  }

  private PreparedData prepare(DataFiles files, long maxRejected) throws IOException {
    return SmallData.prepare(target, files, SmallData.CLASSES, maxRejected);
  }

  private List<String> left() throws IOException {
    if (!Files.exists(target)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(target)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
