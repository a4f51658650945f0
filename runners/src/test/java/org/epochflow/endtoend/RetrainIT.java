package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten nights over one registry, and what is between them. */
class RetrainIT {
  private static final String OPTIONS = "--data=nights/* --testData=test --batchSize=32";
  private static final int PIXELS = 28 * 28;
  private static final ObjectMapper JSON = new ObjectMapper();
  private final Path folder;
  private final Path nights;
  private final Program program;
  private final RunFiles registry;

  RetrainIT(@TempDir Path folder) throws IOException {
    this.folder = folder;
    nights = folder.resolve("nights");
    program = new Program(folder);
    registry = new RunFiles(folder.resolve("registry"));
    slice("t10k", folder.resolve("test"), 0, 1000);
  }

  /** New training images, as they come in; no test files. */
  private void newData(String night, int from, int to) throws IOException {
    slice("train", nights.resolve(night), from, to);
  }

  /** Copies some of the real images. */
  private static void slice(String part, Path target, int from, int to) throws IOException {
    Files.createDirectories(target);
    byte[] labels = unpacked(part + "-labels-idx1-ubyte");
    byte[] images = unpacked(part + "-images-idx3-ubyte");
    Data.idx(
        target.resolve(part + "-labels-idx1-ubyte"),
        Arrays.copyOfRange(labels, 8 + from, 8 + to),
        to - from);
    Data.idx(
        target.resolve(part + "-images-idx3-ubyte"),
        Arrays.copyOfRange(images, 16 + from * PIXELS, 16 + to * PIXELS),
        to - from,
        28,
        28);
  }

  private static byte[] unpacked(String name) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(Program.MINI.resolve(name + ".gz")))) {
      return in.readAllBytes();
    }
  }

  private static String[] retraining(String... words) {
    List<String> line = new ArrayList<>(List.of("retrain", "--registry=registry"));
    line.addAll(List.of(OPTIONS.split(" ")));
    line.addAll(List.of(words));
    return line.toArray(String[]::new);
  }

  private Output night(String... words) throws IOException, InterruptedException {
    return program.run(retraining(words));
  }

  private List<JsonNode> ledger() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(registry.folder().resolve("ledger.jsonl"))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private String champion() throws IOException {
    return Files.readString(registry.folder().resolve("champion")).strip();
  }

  private void requireStory(String... decisions) throws IOException {
    assertEquals(
        List.of(decisions),
        ledger().stream()
            .map(
                line ->
                    line.required("decision").asText() + " " + line.path("version").asText("none"))
            .toList());
  }

  @Test
  void tenNightsOfWhichTwoAreOnFlink() throws Exception {
    Cluster cluster = Cluster.start(folder.resolve("cluster"), "--taskManagers=2");
    try {
      nightsOneToFour(cluster);
      nightsFiveToSeven();
      nightsEightToTen(cluster);
    } finally {
      cluster.stop();
    }
    requireStory(
        "promoted 1", "promoted 2", "refused 3", "failed none", "promoted 4", "rolled_back 2");
    requireWhy();
    List<String> told = Files.readAllLines(folder.resolve("told"));
    assertEquals(
        List.of("promoted", "failed", "promoted"), told.stream().map(RetrainIT::decision).toList());
    Output verified = program.run("registry", "verify", "--registry=registry").done();
    assertEquals("00001  ok\n00002  ok\n00003  ok\n00004  ok\nchampion  ok\n", verified.out());
    requireListed();
  }

  /** New data, nothing new, a kill, and the night after it. */
  private void nightsOneToFour(Cluster cluster) throws Exception {
    // 1: the first data: little, and few epochs, so that there is something to be better than.
    newData("01", 0, 100);
    Output first = night("--epochs=1", "--notify=cat >> told");
    assertEquals(0, first.exit(), first::toString);
    assertEquals("00001", champion());
    assertTrue(first.out().startsWith("Reading "), first.out());
    assertTrue(first.out().contains("\nEvaluating ...\n"), first.out());
    assertTrue(Files.exists(registry.folder().resolve("versions/00001/report.html")));

    // 2: nothing new: nothing is done.
    Map<String, Long> before = registry.content();
    Output same = night("--epochs=1").done();
    assertTrue(same.out().startsWith("Nothing to do: nothing is new since Version 00001"));
    assertEquals(before, registry.content());

    // 3: new data, killed in the middle.
    newData("03", 100, 1500);
    Running running = program.start(retraining("--epochs=4"));
    running.await(registry.folder().resolve("versions/00002/checkpoints"), "epoch-00001.keras");
    assertEquals(137, running.kill().exit());
    requireStory("promoted 1");
    assertEquals("00001", champion());

    // 4: resumed on Flink, to the bits of a night without the kill.
    Output resumed =
        night("--epochs=4", "--runner=FlinkRunner", "--flinkMaster=" + cluster.address());
    assertEquals(0, resumed.exit(), resumed::toString);
    assertTrue(resumed.out().contains("\nResuming after epoch "), resumed.out());
    assertEquals("00002", champion());
    String[] whole = retraining("--epochs=4");
    whole[1] = "--registry=whole";
    assertEquals(0, program.run(whole).exit());
    assertEquals(
        new RunFiles(folder.resolve("whole/versions/00001")).sha256(),
        new RunFiles(registry.folder().resolve("versions/00002")).sha256());
  }

  /** Labels that say nothing, twice, and damaged data. */
  private void nightsFiveToSeven() throws Exception {
    // 5: labels that say nothing: trained, and not promoted.
    newData("05", 1500, 5000);
    shuffleLabels(nights.resolve("05/train-labels-idx1-ubyte"));
    Output refused = night("--epochs=4");
    assertEquals(3, refused.exit(), refused::toString);
    assertEquals("00002", champion());

    // 6: the same again: the refusal stands.
    assertEquals(0, night("--epochs=4").exit());

    // 7: damaged data: told, and nothing left of it.
    Path images = nights.resolve("05/train-images-idx3-ubyte");
    byte[] content = Files.readAllBytes(images);
    Files.write(images, Arrays.copyOf(content, content.length - 5));
    Output damaged = night("--epochs=4", "--notify=cat >> told");
    assertTrue(damaged.refusal(2).contains(images.toString()), damaged.err());
    assertFalse(Files.exists(registry.folder().resolve("versions/00004")));
  }

  /** Better data, a rollback, and nothing new. */
  private void nightsEightToTen(Cluster cluster) throws Exception {
    // 8: the bad night is taken away, better data have come; on Flink.
    Files.move(nights.resolve("05"), folder.resolve("taken-away"));
    newData("08", 1500, 5000);
    Output eighth =
        night(
            "--epochs=4",
            "--maxClassDrop=0.3",
            "--notify=cat >> told",
            "--runner=FlinkRunner",
            "--flinkMaster=" + cluster.address());
    assertEquals(2, cluster.jobs(registry.folder() + ": epoch 4").size(), "nights 4 and 8");
    assertEquals(0, eighth.exit(), eighth::toString);
    assertEquals("00004", champion());

    // 9: somebody does not like it.
    program.run("registry", "rollback", "--registry=registry").done();
    assertEquals("00002", champion());

    // 10: nothing new: the rollback stands.
    assertEquals(0, night("--epochs=4", "--maxClassDrop=0.3").exit());
    assertEquals("00002", champion());
  }

  private void requireWhy() throws IOException {
    List<JsonNode> lines = ledger();
    assertEquals("the first version", lines.get(0).required("why").asText());
    assertTrue(lines.get(1).required("why").asText().contains("above version 00001's"));
    assertTrue(lines.get(2).required("why").asText().contains("below version 00002's"));
    assertEquals("by hand, in place of version 00004", lines.get(5).required("why").asText());
    assertEquals(2, lines.get(1).required("data").required("train_files").asInt());
    assertEquals(1000, lines.get(1).required("data").required("test_examples").asInt());
    JsonNode figures = lines.get(2).required("figures");
    assertTrue(
        figures.required("challenger").required("accuracy").asDouble()
            < figures.required("champion").required("accuracy").asDouble());
    assertTrue(figures.required("comparison").required("p_value").asDouble() < 1);
    for (int i = 0; i < lines.size(); i++) {
      assertEquals(i + 1, lines.get(i).required("sequence").asInt());
    }
  }

  private void requireListed() throws Exception {
    String list = program.run("registry", "list", "--registry=registry").done().out();
    String[] rows = list.split("\n", -1);
    assertEquals(6, rows.length, list);
    assertTrue(rows[2].startsWith("00002 * "), list);
    String shown = program.run("registry", "show", "--registry=registry").done().out();
    assertTrue(shown.endsWith("Champion: version 00002\n"), shown);
  }

  private static String decision(String line) {
    try {
      return JSON.readTree(line).required("decision").asText();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Gives every image the next image's label. */
  private static void shuffleLabels(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    byte first = content[8];
    System.arraycopy(content, 9, content, 8, content.length - 9);
    content[content.length - 1] = first;
    Files.write(file, content);
  }

  @Test
  void twoAtOnceAreOneNight() throws Exception {
    newData("01", 0, 5000);
    Running running = program.start(retraining("--epochs=8"));
    running.await(registry.folder().resolve("versions/00001/checkpoints"), "epoch-00001.keras");
    Output second = night("--epochs=8");
    String refusal = second.refusal(1);
    assertTrue(
        refusal.matches("epochflow: Expected to be alone at work here, found process \\d+ on .*"),
        refusal);
    running.kill();
    assertEquals(0, night("--epochs=8").exit());
    requireStory("promoted 1");
  }

  @Test
  void aWarmStartKeepsTheChampionsClassNames() throws Exception {
    newData("01", 0, 500);
    assertEquals(0, night("--epochs=1", "--classNames=fashion-mnist").exit());
    newData("02", 500, 1000);
    Output second = night("--epochs=1", "--warmStart", "--maxClassDrop=0", "--minAccuracy=0.99");
    assertEquals(3, second.exit(), second::toString);
    assertTrue(second.out().matches("(?s).*; class [A-Z][^;]* fell from .*"), second.out());
    assertEquals(
        registry.json("versions/00001/config.json").required("classNames"),
        registry.json("versions/00002/config.json").required("classNames"));
  }

  @Test
  void driftStopsTheNightBeforeItTrains() throws Exception {
    newData("01", 0, 500);
    assertEquals(0, night("--epochs=1").exit());
    newData("02", 500, 3000);
    Path labels = nights.resolve("02/train-labels-idx1-ubyte");
    byte[] content = Files.readAllBytes(labels);
    Arrays.fill(content, 8, content.length, (byte) 0);
    Files.write(labels, content);
    Output drifted = night("--epochs=1", "--maxDrift=0.2");
    assertTrue(drifted.refusal(4).contains("above --maxDrift=0.2"), drifted.err());
    requireStory("promoted 1", "drifted none");
    JsonNode drift = ledger().get(1).required("drift");
    assertTrue(drift.required("class_balance").asDouble() > 0.5, drift.toString());
    assertEquals(0, drift.required("pixel_mean").asDouble(), 0.1);
  }

  @Test
  void whatCannotBeOrderedIsSaid() throws Exception {
    assertEquals(
        "epochflow: Expected a registry with a ledger, found none in registry",
        program.run("registry", "list", "--registry=registry").refusal(2));
    Output noData = night("--epochs=1");
    assertTrue(noData.refusal(2).contains("none for --data=nights/*"), noData.err());
    assertFalse(Files.exists(registry.folder()), "Expected nothing to be left");
    newData("01", 0, 100);
    assertEquals(0, night("--epochs=1").exit());
    assertTrue(
        program
            .run("registry", "rollback", "--registry=registry")
            .refusal(2)
            .contains("Expected a champion before the present one"));
    assertTrue(
        program
            .run("registry", "promote", "--registry=registry", "--version=7")
            .refusal(2)
            .contains("found 00007"));
  }
}
