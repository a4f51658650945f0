package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.epochflow.runners.SmallFiles;
import org.epochflow.runners.cli.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is converted, and converted back, is the same data set. */
class ConvertVerbTest {
  private static final List<String> FILES =
      List.of(
          "train-images-idx3-ubyte",
          "train-labels-idx1-ubyte",
          "t10k-images-idx3-ubyte",
          "t10k-labels-idx1-ubyte");
  private final Path folder;
  private final Path data;

  ConvertVerbTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    data = SmallFiles.write(folder.resolve("data"));
  }

  private Programs.Result convert(String line) {
    return Programs.run(
        ("convert --quiet " + line.replace("FOLDER", folder.toString())).split(" ", -1));
  }

  private byte[] unpacked(String file) throws IOException {
    byte[] packed = Files.readAllBytes(folder.resolve(file));
    return new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes();
  }

  @ParameterizedTest
  @ValueSource(strings = {"idx idx/", "png png/", "npz npz/data.npz"})
  void aDataSetConvertedAndConvertedBackIsTheSame(String words) throws IOException {
    String format = words.split(" ", -1)[0];
    Programs.Result there =
        convert("--data=FOLDER/data --output=FOLDER/%1$s --format=%1$s".formatted(format));
    assertEquals("", there.err());
    assertEquals(0, there.exit());
    Programs.Result back =
        convert("--data=FOLDER/%s --output=FOLDER/back".formatted(words.split(" ", -1)[1]));
    assertEquals("", back.err());
    assertTrue(back.out().contains("/back/" + FILES.get(0) + ".gz\n"), back.out());
    for (String file : FILES) {
      assertArrayEquals(
          Files.readAllBytes(data.resolve(file)), unpacked("back/" + file + ".gz"), file);
    }
  }

  @Test
  void picturesAreNumberedInFoldersOfTheirClasses() throws IOException {
    assertEquals(0, convert("--data=FOLDER/data --output=FOLDER/png --format=png").exit());
    assertTrue(Files.exists(folder.resolve("png/train/1/000039.png")));
    assertTrue(Files.exists(folder.resolve("png/test/0/000000.png")));
    try (Stream<Path> all = Files.walk(folder.resolve("png"))) {
      assertEquals(50, all.filter(Files::isRegularFile).count());
    }
  }

  @Test
  void trainingDataAloneAndTheirClassesAreKept() throws IOException {
    Path tree = folder.resolve("tree");
    convert("--data=FOLDER/data --output=FOLDER/png --format=png");
    Files.createDirectories(tree);
    Files.move(folder.resolve("png/train/0"), tree.resolve("cat"));
    Files.move(folder.resolve("png/train/1"), tree.resolve("owl"));
    assertEquals(0, convert("--data=FOLDER/tree --output=FOLDER/idx").exit());
    assertEquals("cat\nowl\n", Files.readString(folder.resolve("idx/class_names.txt")));
    assertArrayEquals(
        Files.readAllBytes(data.resolve(FILES.get(1))), unpacked("idx/" + FILES.get(1) + ".gz"));
    assertTrue(!Files.exists(folder.resolve("idx/" + FILES.get(2) + ".gz")));
    assertEquals(2, convert("--data=FOLDER/none --output=FOLDER/x").exit());
  }
}
