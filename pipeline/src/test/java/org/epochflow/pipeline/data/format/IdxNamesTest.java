package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Source;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IDX files are found under the names that archives and libraries give them. */
final class IdxNamesTest {
  private final Path folder;

  IdxNamesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private void touch(String... names) throws IOException {
    for (String name : names) {
      Imports.write(folder.resolve(name), new byte[0]);
    }
  }

  private List<Source> find(String path, Part part) throws IOException {
    return Importers.find(folder.resolve(path).toString(), part, Reading.AS_IT_IS);
  }

  private List<Source> pair(String images, String labels) {
    return List.of(new Source(folder.resolve(images) + "", folder.resolve(labels) + ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train-images.idx3-ubyte train-labels.idx1-ubyte",
        "train-images.idx3-ubyte.gz train-labels.idx1-ubyte.gz",
        "TRAIN-IMAGES-IDX3-UBYTE Train-Labels-Idx1-Ubyte",
        "Train_Images_idx3_ubyte train_labels_idx1_ubyte.GZ",
        "emnist-letters-train-images-idx3-ubyte emnist-letters-train-labels-idx1-ubyte",
        "qmnist-train-images-idx3-ubyte.gz qmnist-train-labels-idx2-int.gz",
        "train-images-idx3-ubyte.idx train-labels-idx1-ubyte.idx"
      })
  void filesUnderOtherNamesAreFound(String names) throws IOException {
    String[] pair = names.split(" ", -1);
    touch(pair);
    assertTrue(Importers.reads(folder.toString()));
    assertEquals(pair(pair[0], pair[1]), find("", Part.TRAIN));
    assertEquals(List.of(), find("", Part.TEST));
  }

  @Test
  void testFilesAreOfT10kOrTest() throws IOException {
    touch("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte");
    assertEquals(pair("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"), find("", Part.TEST));
    touch("x/test-images-idx3-ubyte", "x/test-labels-idx1-ubyte");
    assertEquals(
        pair("x/test-images-idx3-ubyte", "x/test-labels-idx1-ubyte"), find("x", Part.TEST));
  }

  @Test
  void torchvisionsFolderIsFoundFromAnyOfItsFolders() throws IOException {
    String raw = "root/MNIST/raw/";
    touch(raw + "train-images-idx3-ubyte", raw + "train-labels-idx1-ubyte");
    touch(raw + "train-images-idx3-ubyte.gz", raw + "train-labels-idx1-ubyte.gz");
    List<Source> expected = pair(raw + "train-images-idx3-ubyte", raw + "train-labels-idx1-ubyte");
    for (String path : List.of("root", "root/MNIST", "root/MNIST/raw")) {
      assertEquals(expected, find(path, Part.TRAIN), path);
    }
    touch("root/KMNIST/raw/train-images-idx3-ubyte");
    assertEquals(
        "Expected one data set in ROOT, found several: --data=ROOT/KMNIST/raw or"
            + " --data=ROOT/MNIST/raw chooses one",
        refusal("root").replace(folder.resolve("root") + "", "ROOT"));
  }

  @Test
  void ofSeveralSetsInOneFolderTheirNameChooses() throws IOException {
    for (String set : List.of("emnist-digits", "emnist-letters")) {
      touch(set + "-train-images-idx3-ubyte", set + "-train-labels-idx1-ubyte");
    }
    assertEquals(
        "Expected one data set in F, found emnist-digits, emnist-letters:"
            + " --data=F/emnist-digits or --data=F/emnist-letters chooses one",
        refusal("").replace(folder + "", "F"));
    assertEquals(
        pair("emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte"),
        find("emnist-letters", Part.TRAIN));
    assertFalse(Importers.reads(folder.resolve("emnist-balanced").toString()));
  }

  private String refusal(String path) {
    return String.valueOf(
        assertThrows(BadDataException.class, () -> find(path, Part.TRAIN)).getMessage());
  }

  @Test
  void whatIsMissingBesideAFileIsNamed() throws IOException {
    touch("train-images.idx3-ubyte");
    assertEquals(
        "Expected labels of the train beside train-images.idx3-ubyte in %s, found".formatted(folder)
            + " train-images.idx3-ubyte alone",
        refusal(""));
  }

  @Test
  void hiddenFilesAreNone() throws IOException {
    touch(".train-images.idx3-ubyte", ".train-labels.idx1-ubyte.gz.part");
    assertFalse(Importers.reads(folder.toString()));
    Files.createDirectory(folder.resolve("raw"));
    assertFalse(Importers.reads(folder.toString()));
  }
}
