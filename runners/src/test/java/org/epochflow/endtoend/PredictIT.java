package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code epochflow predict}: what evaluate says of the same images, without their labels. */
class PredictIT {
  private static final int CLASSES = 3;
  private static final int IMAGES = 5300;
  private static final String IDX = "data/t10k-images-idx3-ubyte";
  private static Path folder = Path.of("");

  @BeforeAll
  static void train(@TempDir Path shared) throws Exception {
    folder = shared;
    Data.write(folder.resolve("data"), 300, IMAGES, CLASSES, 9, 7);
    program("train --data=data --classes=3 --epochs=1 --output=run");
    cut(folder.resolve("cut"), 0, 1, 2000, 5001, IMAGES);
    Files.createDirectories(folder.resolve("zipped"));
    Files.copy(folder.resolve(IDX), folder.resolve("zipped/images"));
    Data.zip(folder.resolve("zipped"));
  }

  /** The same images as several files. */
  private static void cut(Path into, int... at) throws IOException {
    Files.createDirectories(into);
    byte[] all = Files.readAllBytes(folder.resolve(IDX));
    for (int i = 1; i < at.length; i++) {
      byte[] part = Arrays.copyOfRange(all, 16 + 63 * at[i - 1], 16 + 63 * at[i]);
      Data.idx(into.resolve("part-" + i), part, at[i] - at[i - 1], 9, 7);
    }
  }

  private static Program.Output program(String line) throws Exception {
    return new Program(folder).run(line.split(" ")).done();
  }

  private static List<List<String>> rows(String output) throws IOException {
    List<List<String>> rows = new ArrayList<>();
    for (Path shard : shards(output)) {
      List<String> lines = Files.readAllLines(shard);
      assertEquals("index,predicted,confidence,p0,p1,p2", lines.get(0));
      lines.stream().skip(1).map(line -> List.of(line.split(",", -1))).forEach(rows::add);
    }
    return rows;
  }

  private static List<Path> shards(String output) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(output))) {
      return files.sorted().toList();
    }
  }

  @Test
  void predictionsAreThoseOfEvaluate() throws Exception {
    String out = program("predict --model=run --images=" + IDX + " --output=one").out();
    assertTrue(out.contains("5,300"), out);
    assertTrue(out.contains("one/predictions-00001-of-00002.csv"), out);
    assertEquals(
        List.of("predictions-00000-of-00002.csv", "predictions-00001-of-00002.csv"),
        shards("one").stream().map(shard -> shard.getFileName().toString()).toList());
    List<List<String>> rows = rows("one");
    assertEquals(
        IntStream.range(0, IMAGES).mapToObj(String::valueOf).toList(),
        rows.stream().map(row -> row.get(0)).toList());
    byte[] labels = Files.readAllBytes(folder.resolve("data/t10k-labels-idx1-ubyte"));
    List<List<String>> wrong = new ArrayList<>();
    for (List<String> row : rows) {
      String label = String.valueOf(labels[8 + Integer.parseInt(row.get(0))]);
      if (!label.equals(row.get(1))) {
        wrong.add(
            Stream.concat(Stream.of(row.get(0), label), row.subList(1, row.size()).stream())
                .toList());
      }
    }
    List<List<String>> expected =
        new RunFiles(folder.resolve("run")).csv("misclassified/misclassified.csv");
    assertTrue(expected.size() > 1, "Expected some to be misclassified");
    assertEquals(expected.subList(1, expected.size()), wrong);
  }

  @Test
  void cutZippedOrAtAnyParallelismTheyAreTheSame() throws Exception {
    program("predict --model=run --images=" + IDX + " --output=plain");
    program("predict --model=run/best_model.keras --images=cut/part-* --output=of-parts");
    program("predict --model=run --images=zipped/images.gz --output=of-zipped");
    program("predict --model=run --images=" + IDX + " --output=slow --targetParallelism=1");
    for (String output : List.of("of-parts", "of-zipped", "slow")) {
      assertEquals(shards("plain").size(), shards(output).size());
      for (int i = 0; i < shards("plain").size(); i++) {
        assertEquals(-1, Files.mismatch(shards("plain").get(i), shards(output).get(i)), output);
      }
    }
  }

  @Test
  void picturesArePredictedAsTheSameImagesAndNamed() throws Exception {
    program("convert --data=data --format=png --output=pictures");
    program("predict --model=run --images=pictures/test --output=named");
    program("predict --model=run --images=" + IDX + " --output=numbered");
    List<List<String>> numbered = rows("numbered");
    List<String> lines = new ArrayList<>();
    for (Path shard : shards("named")) {
      List<String> all = Files.readAllLines(shard);
      assertEquals("index,file,predicted,confidence,p0,p1,p2", all.get(0));
      lines.addAll(all.subList(1, all.size()));
    }
    assertEquals(IMAGES, lines.size());
    for (int i = 0; i < IMAGES; i++) {
      List<String> row = List.of(lines.get(i).split(",", -1));
      assertEquals(String.valueOf(i), row.get(0));
      int record = Integer.parseInt(row.get(1).replaceAll("./|\\.png", "")); // 2/000017.png
      List<String> same = numbered.get(record);
      assertEquals(same.subList(1, same.size()), row.subList(2, row.size()), row.get(1));
    }
  }

  @Test
  void brokenPicturesStopItOrAreListedWithinABudget() throws Exception {
    program("convert --data=data --format=png --output=mended");
    Path broken = folder.resolve("mended/test/0/000.png");
    Files.writeString(broken, "no picture");
    Path images = folder.resolve("mended/test/0");
    String command = "predict --model=run --images=mended/test/0 --output=some";
    String refusal = new Program(folder).run(command.split(" ")).refusal(2);
    assertTrue(refusal.contains(broken + " (no PNG, JPEG, BMP or GIF)"), refusal);
    assertFalse(Files.exists(folder.resolve("some")));
    program(command + " --maxRejected=1");
    assertEquals(
        List.of("folder,file,record,reason", images + ",000.png,0,\"no PNG, JPEG, BMP or GIF\""),
        Files.readAllLines(folder.resolve("some/rejected.csv")));
    List<String> lines = Files.readAllLines(folder.resolve("some/predictions-00000-of-00001.csv"));
    assertTrue(lines.get(1).startsWith("1,"), lines.get(1)); // the broken one was number 0
  }

  @Test
  void predictionsReplaceEarlierOnesAndLeaveOtherFiles() throws Exception {
    program("predict --model=run --images=" + IDX + " --output=again");
    Files.writeString(folder.resolve("again/notes"), "precious");
    program("predict --model=run --images=cut/part-1 --output=again");
    assertEquals(
        List.of("notes", "predictions-00000-of-00001.csv"),
        shards("again").stream().map(file -> file.getFileName().toString()).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nothing-here                  | No such file: --images=nothing-here
          nothing-*                     | No such file: --images=nothing-*
          data                          | found a folder with
          data/t10k-labels-idx1-ubyte   | found 0x00000801
          run/config.json               | found text
          run/best_model.keras          | Expected magic 0x00000803 (images) at byte 0
          wide                          | found images of (8, 8)
          mixed/*                       | as in
          corrupt.gz                    | corrupt.gz
          """)
  void badInputIsOneMessageAndLeavesNothing(String images, String message) throws Exception {
    Data.idx(folder.resolve("wide"), new byte[128], 2, 8, 8);
    Files.createDirectories(folder.resolve("mixed"));
    Data.idx(folder.resolve("mixed/a"), new byte[63], 1, 9, 7);
    Data.idx(folder.resolve("mixed/b"), new byte[64], 1, 8, 8);
    byte[] zipped = Files.readAllBytes(folder.resolve("zipped/images.gz"));
    Files.write(folder.resolve("corrupt.gz"), Arrays.copyOf(zipped, zipped.length / 2));
    String refusal =
        new Program(folder)
            .run("predict", "--model=run", "--images=" + images, "--output=bad")
            .refusal(2);
    assertTrue(refusal.contains(message), refusal);
    assertFalse(Files.exists(folder.resolve("bad")));
  }

  @Test
  void aRunIsNoFolderForPredictions() throws Exception {
    var before = new RunFiles(folder.resolve("run")).content();
    String refusal =
        new Program(folder)
            .run("predict", "--model=run", "--images=" + IDX, "--output=run")
            .refusal(2);
    assertTrue(refusal.contains("run"), refusal);
    assertEquals(before, new RunFiles(folder.resolve("run")).content());
  }
}
