package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.epochflow.pipeline.registry.Decision;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Retraining.Night;
import org.epochflow.runners.SmallFiles;
import org.epochflow.runners.cli.Programs;
import org.epochflow.runners.request.Arguments;
import org.epochflow.runners.request.Runner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exit codes, what is printed, and who is told. */
class RetrainVerbTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
  private final Path folder;

  RetrainVerbTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static LedgerEntry line(Decision decision) {
    return new LedgerEntry(
        7, "2026-11-23T02:30:00Z", decision, 5, "better", null, null, null, null);
  }

  private int show(Night night) {
    RetrainVerb verb = new RetrainVerb();
    List<String> words = List.of("--registry=reg");
    return verb.show(
        night,
        new Call(
            words,
            Arguments.parse(verb, words),
            new Runner(PipelineOptionsFactory.create()),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            errors));
  }

  @ParameterizedTest
  @CsvSource({"PROMOTED, 0", "REFUSED, 3", "DRIFTED, 4", "DIVERGED, 1"})
  void aSchedulerKnowsByTheExitCode(Decision decision, int exit) {
    assertEquals(exit, show(new Night(line(decision), false)));
    assertEquals(
        "\nVersion 00005 %s: better\n\nreg/versions/00005\n".formatted(decision.word()),
        out.toString(StandardCharsets.UTF_8));
    boolean failure = exit == 1 || exit == 4;
    assertEquals(
        failure ? "epochflow: Not promoted: better\n" : "", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void nothingNewIsDone() {
    assertEquals(0, show(new Night(line(Decision.REFUSED), true)));
    assertEquals(
        "Nothing to do: nothing is new since Version 00005, which was refused on"
            + " 2026-11-23T02:30:00Z: better\n",
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aCommandIsToldThePromotionsLine() throws IOException {
    Path told = folder.resolve("told");
    LedgerEntry promotion = line(Decision.PROMOTED);
    RetrainVerb.sendNotifications("cat > '" + told + "'", List.of(promotion), errors);
    assertEquals(Ledger.line(promotion) + "\n", Files.readString(told));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aRefusalIsNotToldAndAFailingCommandChangesNothing() {
    RetrainVerb.sendNotifications("exit 7", List.of(line(Decision.REFUSED)), errors);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    RetrainVerb.sendNotifications(
        "echo no mail >&2; exit 7", List.of(line(Decision.PROMOTED)), errors);
    assertEquals(
        "epochflow: --notify=echo no mail >&2; exit 7 ended with 7: no mail\n",
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aFirstNightThatFailsIsTold() throws IOException {
    Path told = folder.resolve("told");
    Programs.Result failed =
        Programs.run(
            "retrain",
            "--registry=" + folder.resolve("reg"),
            "--data=" + folder.resolve("none"),
            "--notify=cat > '" + told + "'");
    assertEquals(2, failed.exit());
    assertTrue(Files.readString(told).contains("\"decision\":\"failed\""), failed.err());
    assertFalse(Files.exists(folder.resolve("reg")));
  }

  @Test
  void aGateOfTheTopKAccuracyNeedsItsK() {
    for (String gate : List.of("--minTopKAccuracy=0.9", "--improvementOf=top_k_accuracy")) {
      Programs.Result refused =
          Programs.run("retrain", "--registry=" + folder.resolve("reg"), "--data=none", gate);
      assertEquals(2, refused.exit());
      assertEquals(
          "epochflow: --minTopKAccuracy and --improvementOf=top_k_accuracy need --topK=N, the N of"
              + " the figure\n",
          refused.err());
    }
  }

  @Test
  void theSameNightAgainIsNothingNewAndAnotherTrainingIsNew() throws IOException {
    String[] words = {
      "retrain",
      "--registry=" + folder.resolve("reg"),
      "--data=" + SmallFiles.write(folder.resolve("data")),
      "--classes=2",
      "--epochs=1",
      "--quiet",
      "--minImprovement=-1"
    };
    String versions = folder.resolve("reg/versions") + "/";
    assertEquals(new Programs.Result(0, versions + "00001\n", ""), Programs.run(words));
    assertEquals(new Programs.Result(0, "", ""), Programs.run(words));
    words[4] = "--epochs=2";
    assertEquals(new Programs.Result(0, versions + "00002\n", ""), Programs.run(words));
  }
}
