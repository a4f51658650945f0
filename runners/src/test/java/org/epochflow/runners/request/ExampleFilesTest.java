package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.data.format.Importers;
import org.epochflow.runners.option.DataOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files the data's options name. */
class ExampleFilesTest {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";
  private final Path folder;

  ExampleFilesTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    write("first", TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS);
    write("nights/02", TRAIN_IMAGES + ".gz", TRAIN_LABELS + ".gz");
    write("nights/01", TRAIN_IMAGES, TRAIN_LABELS);
    write("held-out", TEST_IMAGES, TEST_LABELS);
  }

  private void write(String night, String... names) throws IOException {
    Files.createDirectories(folder.resolve(night));
    for (String name : names) {
      Files.createFile(folder.resolve(night).resolve(name));
    }
  }

  private DataOptions options(String... words) {
    for (int i = 0; i < words.length; i++) {
      words[i] = words[i].replace("FOLDER", folder.toString());
    }
    DataOptions options = new DataOptions();
    Arguments.parse(options, List.of(words));
    return options;
  }

  private Source pair(String images, String labels) {
    return new Source(folder.resolve(images) + "", folder.resolve(labels) + "");
  }

  @Test
  void severalFoldersAreOneSequenceInTheirOrder() throws IOException {
    List<Source> expected =
        List.of(
            pair("nights/02/" + TRAIN_IMAGES + ".gz", "nights/02/" + TRAIN_LABELS + ".gz"),
            pair("first/" + TRAIN_IMAGES, "first/" + TRAIN_LABELS));
    assertEquals(expected, ExampleFiles.train(options("--data=FOLDER/nights/02,FOLDER/first")));
    assertEquals(
        expected, ExampleFiles.train(options("--data=FOLDER/nights/02", "--data=FOLDER/first/")));
  }

  @Test
  void aPatternNamesFoldersInTheOrderOfTheirPaths() throws IOException {
    assertEquals(
        List.of(
            pair("first/" + TRAIN_IMAGES, "first/" + TRAIN_LABELS),
            pair("nights/01/" + TRAIN_IMAGES, "nights/01/" + TRAIN_LABELS),
            pair("nights/02/" + TRAIN_IMAGES + ".gz", "nights/02/" + TRAIN_LABELS + ".gz")),
        ExampleFiles.train(options("--data=FOLDER/first,FOLDER/nights/*")));
  }

  @Test
  void oneFolderWithTestFilesIsEnough() throws IOException {
    List<Source> ofFirst = List.of(pair("first/" + TEST_IMAGES, "first/" + TEST_LABELS));
    assertEquals(ofFirst, ExampleFiles.test(options("--data=FOLDER/nights/*,FOLDER/first")));
    assertEquals(
        List.of(pair("held-out/" + TEST_IMAGES, "held-out/" + TEST_LABELS)),
        ExampleFiles.test(options("--data=FOLDER/first", "--testData=FOLDER/held-out")));
  }

  @Test
  void whatIsMissingOrTwiceIsNamed() throws IOException {
    write("half", TRAIN_IMAGES);
    refuses(
        "Expected %s beside %s in FOLDER/half, found %s alone"
            .formatted(TRAIN_LABELS, TRAIN_IMAGES, TRAIN_IMAGES),
        "--data=FOLDER/first,FOLDER/half");
    refuses(
        "Expected every folder once, found FOLDER/nights/01 twice",
        "--data=FOLDER/nights/01,FOLDER/nights/*");
    refuses(
        "Expected folders with files under MNIST's names, found none for --data=FOLDER/days/*",
        "--data=FOLDER/days/*");
    refuses(
        "Expected %s, found a folder with t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte"
                .formatted(Importers.formats(Part.TRAIN))
            + " (--data=FOLDER/held-out)",
        "--data=FOLDER/held-out");
    refuses(
        "Expected one file of labels for each of images, found 1 [FOLDER/first/%s] for 2 [%s]"
            .formatted(
                TRAIN_LABELS,
                "FOLDER/nights/01/%1$s, FOLDER/nights/02/%1$s.gz".formatted(TRAIN_IMAGES)),
        "--data=FOLDER/nights/*",
        "--trainLabels=FOLDER/first/" + TRAIN_LABELS);
  }

  @Test
  void aFileThatHoldsBothPartsIsASourceOfEach() throws IOException {
    Path npz = folder.resolve("night.npz");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(npz))) {
      for (String name : List.of("x_train", "y_train", "x_test", "y_test")) {
        zip.putNextEntry(new ZipEntry(name + ".npy"));
      }
    }
    List<Source> one = List.of(Source.of(npz.toString()));
    assertEquals(one, ExampleFiles.train(options("--data=FOLDER/night.npz")));
    assertEquals(one, ExampleFiles.train(options("--data=FOLDER/*.npz")));
    assertEquals(one, ExampleFiles.test(options("--data=FOLDER/first", "--testData=" + npz)));
  }

  private void refuses(String message, String... words) {
    Exception refusal = assertThrows(Exception.class, () -> ExampleFiles.train(options(words)));
    assertEquals(message.replace("FOLDER", folder.toString()), refusal.getMessage());
  }
}
