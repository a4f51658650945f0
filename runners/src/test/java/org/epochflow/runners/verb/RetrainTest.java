package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.epochflow.pipeline.registry.Decision;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.runners.cli.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exit codes, what is printed, and who is told. */
class RetrainTest {
  private final RecordedPipelines pipelines = new RecordedPipelines();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Path folder;

  RetrainTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private int run(String... words) {
    String[] line = new String[words.length + 3];
    line[0] = "retrain";
    line[1] = "--registry=reg";
    line[2] = "--data=DIR";
    System.arraycopy(words, 0, line, 3, words.length);
    return Programs.run(
        pipelines,
        line,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private void decides(Decision decision) {
    LedgerEntry entry = pipelines.decision;
    pipelines.decision =
        new LedgerEntry(
            entry.sequence(), entry.when(), decision, 5, entry.why(), null, null, null, null);
  }

  @ParameterizedTest
  @CsvSource({"PROMOTED, 0", "REFUSED, 3", "DRIFTED, 4", "DIVERGED, 1"})
  void aSchedulerKnowsByTheExitCode(Decision decision, int exit) {
    decides(decision);
    assertEquals(exit, run());
    assertTrue(
        out.toString(StandardCharsets.UTF_8)
            .equals(
                "\nVersion 00005 %s: better\n\nreg/versions/00005\n".formatted(decision.word())),
        out.toString(StandardCharsets.UTF_8));
    boolean failure = exit == 1 || exit == 4;
    assertEquals(
        failure ? "epochflow: Not promoted: better\n" : "", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void nothingNewIsDone() {
    decides(Decision.REFUSED);
    pipelines.nothingNew = true;
    assertEquals(0, run());
    assertEquals(
        "Nothing to do: nothing is new since Version 00005, which was refused on"
            + " 2026-11-23T02:30:00Z: better\n",
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aCommandIsToldThePromotionsLine() throws IOException {
    Path told = folder.resolve("told");
    assertEquals(0, run("--notify=cat > '" + told + "'"));
    assertEquals(Ledger.line(pipelines.decision) + "\n", Files.readString(told));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aRefusalIsNotToldAndAFailingCommandChangesNothing() {
    decides(Decision.REFUSED);
    assertEquals(3, run("--notify=exit 7"));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    decides(Decision.PROMOTED);
    assertEquals(0, run("--notify=echo no mail >&2; exit 7"));
    assertEquals(
        "epochflow: --notify=echo no mail >&2; exit 7 ended with 7: no mail\n",
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whatDecidesTheTrainingIsNewAndWhatDoesNotIsNot() {
    run("--epochs=3");
    run("--epochs=3", "--quiet", "--minAccuracy=0.5");
    run("--epochs=4");
    run("--epochs=3", "--model=mlp");
    assertEquals(pipelines.retrainings.get(0), pipelines.retrainings.get(1));
    assertNotEquals(pipelines.retrainings.get(0), pipelines.retrainings.get(2));
    assertNotEquals(pipelines.retrainings.get(0), pipelines.retrainings.get(3));
  }
}
