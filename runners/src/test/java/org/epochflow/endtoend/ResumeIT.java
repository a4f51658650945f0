package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run that was killed anywhere, interrupted or finished, and is resumed. */
class ResumeIT {
  private static final String OPTIONS = "--classes=3 --model=mlp --batchSize=8 --epochs=3";
  private static Path shared = Path.of("");
  private static Path data = Path.of("");
  private static RunFiles whole = new RunFiles(data);
  private final Path folder;
  private final Program program;

  ResumeIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  @BeforeAll
  static void trainWithoutAPause(@TempDir Path everyTests) throws Exception {
    shared = everyTests;
    data = Data.write(shared.resolve("data"), 900, 60, 3, 9, 7);
    new Program(shared).run(training("whole")).done();
    whole = new RunFiles(shared.resolve("whole"));
  }

  private static String[] training(String output) {
    return "train --data=%s --output=%s %s".formatted(data, output, OPTIONS).split(" ", -1);
  }

  @ParameterizedTest
  @CsvSource({
    "work, begun*",
    "checkpoints, epoch-00000.keras",
    "checkpoints, epoch-00001.keras",
    "checkpoints, epoch-00002.keras",
    "misclassified, *",
  })
  void killedAnywhereItGoesOnToTheSameBits(String inFolder, String file) throws Exception {
    Running running = program.start(training("run"));
    running.await(folder.resolve("run").resolve(inFolder), file);
    assertEquals(137, running.kill().exit());
    String[] again = training("run");
    again = Arrays.copyOf(again, again.length + 1);
    again[again.length - 1] = "--resume";
    program.run(again).done();
    requireWhole();
  }

  private void requireWhole() throws Exception {
    RunFiles run = new RunFiles(folder.resolve("run"));
    assertEquals(whole.history(), run.history());
    assertEquals(whole.sha256(), run.sha256());
    assertEquals(whole.content().keySet(), run.content().keySet());
    assertEquals(
        whole.content().get("misclassified/misclassified.csv"),
        run.content().get("misclassified/misclassified.csv"));
  }

  @Test
  void interruptedItSaysTheCommandThatGoesOn() throws Exception {
    Running running = program.start(training("run"));
    running.await(folder.resolve("run/checkpoints"), "epoch-00002.keras");
    Output output = running.interrupt();
    assertEquals(130, output.exit());
    String launcher = Program.ROOT.resolve("epochflow").toString();
    String[] lines = output.err().split("\n", -1);
    assertEquals(4, lines.length, output.err());
    assertTrue(
        lines[1].matches("Interrupted\\. Saved in run: [123] of 3 epochs, .* Continue with"));
    assertEquals("  " + launcher + " train --resume --output=run", lines[2]);
    program.run("train", "--resume", "--output=run").done();
    requireWhole();
  }

  @Test
  void interruptedBeforeThereIsARunItRepeatsWhatWasTyped() throws Exception {
    Running running = program.start(training("run"));
    running.await(folder.resolve("run/work"), "begun*");
    Output output = running.interrupt();
    assertEquals(130, output.exit());
    if (output.err().contains("before the first epoch")) {
      String[] lines = output.err().split("\n", -1);
      assertTrue(lines[2].contains(" " + OPTIONS), output.err());
      String[] words = lines[2].strip().split(" ", -1);
      program.run(Arrays.copyOfRange(words, 1, words.length)).done();
    } else {
      program.run("train", "--resume", "--output=run").done();
    }
    requireWhole();
  }

  @Test
  void aFinishedRunIsLeftAsItIs() throws Exception {
    Map<String, Long> before = whole.content();
    Output output = new Program(shared).run("train", "--resume", "--output=whole").done();
    assertEquals("Nothing to do. Done; the best model is from epoch 3\nwhole\n", output.out());
    assertEquals(before, whole.content());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--batchSize=64      | .*--batchSize=8, .*found 64;.*",
        "--model=cnn         | .*--model=mlp, .*found cnn;.*",
        "--dropout=0.5       | .*--dropout.*",
        "--epochs=2          | .*--epochs of 3 or more.*found 2",
        "--maxRejected=7     | .*--maxRejected=0, .*found 7.*",
        "--data=OTHER        | Expected the data this run began with, .*",
      })
  void anotherOptionIsRefusedAndNothingChanged(String option, String message) throws Exception {
    Map<String, Long> before = whole.content();
    Path other = Data.write(folder.resolve("other"), 901, 60, 3, 9, 7);
    String typed = option.replace("OTHER", other.toString());
    Output output =
        new Program(shared).run("train", "--resume", "--output=whole", typed, "--quiet");
    String refusal = output.refusal(2);
    assertTrue(refusal.matches("epochflow: " + message), refusal);
    assertEquals(before, whole.content());
  }

  @Test
  void moreEpochsGoOn() throws Exception {
    RunFiles run = copyOfWhole();
    String before = run.history();
    program.run("train", "--resume", "--output=run", "--epochs=4").done();
    assertTrue(run.history().startsWith(before));
    assertEquals(4, run.metrics().required("epochs").intValue());
    assertEquals(4, run.json("config.json").required("epochs").intValue());
  }

  @Test
  void resumeOfAnEmptyFolderBegins() throws Exception {
    Files.createDirectory(folder.resolve("run"));
    String[] line = training("run");
    line = Arrays.copyOf(line, line.length + 1);
    line[line.length - 1] = "--resume";
    program.run(line).done();
    requireWhole();
  }

  @Test
  void otherGzippedDataOfTheSameNamesIsRefused() throws Exception {
    Data.zip(Data.write(folder.resolve("one"), 200, 60, 3, 9, 7));
    Data.zip(Data.write(folder.resolve("two"), 201, 60, 3, 9, 7));
    program.run("train", "--data=one", "--classes=3", "--epochs=1", "--output=run").done();
    RunFiles run = new RunFiles(folder.resolve("run"));
    Map<String, Long> before = run.content();
    String[] resume = {"train", "--resume", "--output=run", "--epochs=2", "--data=two"};
    String refusal = program.run(resume).refusal(2);
    assertTrue(refusal.contains("Expected the data this run began with, "), refusal);
    assertEquals(before, run.content());
  }

  private RunFiles copyOfWhole() throws Exception {
    RunFiles copy = new RunFiles(folder.resolve("run"));
    for (String path : whole.content().keySet()) {
      Files.copy(whole.folder().resolve(path), copy.folder().resolve(path));
    }
    return copy;
  }

  @Test
  void aDamagedCheckpointIsSetAsideAndTheRunHasTheSameBits() throws Exception {
    RunFiles run = copyOfWhole();
    Path newest = folder.resolve("run/checkpoints/epoch-00003.keras");
    byte[] damaged = Arrays.copyOf(Files.readAllBytes(newest), 1000);
    Files.write(newest, damaged);
    Output output = program.run("train", "--resume", "--output=run").done();
    Path aside = folder.resolve("run/checkpoints/epoch-00003.keras.damaged");
    assertTrue(output.out().contains("A checkpoint was damaged; it is now " + aside), output.out());
    assertArrayEquals(damaged, Files.readAllBytes(aside));
    Files.delete(aside);
    requireWhole();
    assertEquals(whole.sha256(), run.sha256());
  }

  @Test
  void whereEveryCheckpointIsDamagedNothingIsOverwritten() throws Exception {
    RunFiles run = copyOfWhole();
    for (int epoch = 0; epoch <= 3; epoch++) {
      Files.write(
          folder.resolve("run/checkpoints/epoch-0000%s.keras".formatted(epoch)), new byte[9]);
    }
    Map<String, Long> before = run.content();
    String refusal = program.run("train", "--resume", "--output=run").refusal(2);
    assertTrue(refusal.contains("epoch-00003.keras"), refusal);
    assertEquals(before, run.content());
  }

  @Test
  void anotherRunOrOnesOwnFilesAreNeverOverwritten() throws Exception {
    String refusal = new Program(shared).run(training("whole")).refusal(2);
    assertTrue(refusal.contains("whole") && refusal.contains("--resume"), refusal);
    Files.createDirectories(folder.resolve("mine/data"));
    Files.writeString(folder.resolve("mine/data/notes"), "precious");
    refusal = program.run(training("mine")).refusal(2);
    assertTrue(refusal.contains("mine/data"), refusal);
    assertFalse(Files.exists(folder.resolve("mine/config.json")));
    assertEquals("precious", Files.readString(folder.resolve("mine/data/notes")));
  }
}
