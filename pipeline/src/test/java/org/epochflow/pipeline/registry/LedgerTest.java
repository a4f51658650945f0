package org.epochflow.pipeline.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.epochflow.model.json.ModelFormatException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests {@link Ledger}. */
class LedgerTest {
  private static final Clock NIGHT =
      Clock.fixed(Instant.parse("2026-11-23T02:30:00.123Z"), ZoneOffset.UTC);

  private static Ledger of(@Nullable Object... decisionsAndVersions) {
    Ledger ledger = Ledger.EMPTY;
    for (int i = 0; i < decisionsAndVersions.length; i += 2) {
      ledger =
          ledger.plus(
              LedgerEntry.of(
                  (Decision) Objects.requireNonNull(decisionsAndVersions[i]),
                  (@Nullable Integer) decisionsAndVersions[i + 1],
                  "a reason"),
              NIGHT);
    }
    return ledger;
  }

  @Test
  void aLineIsADecisionAndNothingOfWhatItDoesNotSay() {
    assertEquals(
        """
        {"sequence":1,"when":"2026-11-23T02:30:00Z","decision":"promoted","version":1,"why":"a reason"}
        {"sequence":2,"when":"2026-11-23T02:30:00Z","decision":"rolled_back","version":1,"why":"a reason"}
        """,
        of(Decision.PROMOTED, 1, Decision.ROLLED_BACK, 1).toJsonLines());
  }

  @Test
  void linesAndBackIsIdentity() throws Exception {
    Score score =
        new Score(
            7,
            10,
            9,
            0.9,
            0.25,
            List.of(1.0, 0.8),
            List.of(new Score.Count(5, 5), new Score.Count(4, 5)),
            null,
            0.75,
            0.125);
    LedgerEntry whole =
        new LedgerEntry(
            0,
            "",
            Decision.REFUSED,
            7,
            "because \"of\"\nit",
            new RetrainingRequest("d", "c"),
            new LedgerEntry.Data(1, 2, 3, 4),
            new Drift(0.1, 0.2, 0.3),
            new LedgerEntry.Figures(
                score, score, new LedgerEntry.Comparison(1, 2, 0.5, 0.75), "e3b0"));
    Ledger ledger = of(Decision.FAILED, null, Decision.PROMOTED, 3).plus(whole, NIGHT);
    String lines = ledger.toJsonLines();
    assertEquals(3, lines.lines().count());
    assertEquals(ledger, Ledger.fromJsonLines(lines, "ledger.jsonl"));
    assertEquals(Ledger.EMPTY, Ledger.fromJsonLines("", "ledger.jsonl"));
  }

  @Test
  void aLineOfAnEarlierProgramIsKeptAsItIs() throws Exception {
    String line =
        """
        {"sequence":1,"when":"2026-11-23T02:30:00Z","decision":"promoted","version":1,\
        "why":"the first version","figures":{"challenger":{"version":1,"examples":10,"correct":9,\
        "accuracy":0.9,"loss":0.25,"per_class":[1.0,0.8]},"parameters_sha256":"e3b0"}}
        """;
    assertEquals(line, Ledger.fromJsonLines(line, "ledger.jsonl").toJsonLines());
  }

  @Test
  void theChampionFollowsFromTheDecisions() {
    assertEquals(Optional.empty(), of(Decision.FAILED, null, Decision.REFUSED, 1).champion());
    Ledger ledger =
        of(Decision.PROMOTED, 1, Decision.REFUSED, 2, Decision.PROMOTED, 3, Decision.PROMOTED, 5);
    assertEquals(Optional.of(5), ledger.champion());
    assertEquals(Optional.of(3), ledger.beforeChampion());
    Ledger back = ledger.plus(LedgerEntry.of(Decision.ROLLED_BACK, 3, ""), NIGHT);
    assertEquals(Optional.of(3), back.champion());
    assertEquals(Optional.of(1), back.beforeChampion());
    Ledger again = back.plus(LedgerEntry.of(Decision.PROMOTED, 2, "by hand"), NIGHT);
    assertEquals(Optional.of(2), again.champion());
    assertEquals(Optional.of(3), again.beforeChampion());
  }

  @Test
  void aFailureOrADriftIsNoAttemptThatMakesTheSameOld() {
    LedgerEntry refused =
        new LedgerEntry(
            0, "", Decision.REFUSED, 1, "", new RetrainingRequest("d", "c"), null, null, null);
    Ledger ledger = Ledger.EMPTY.plus(refused, NIGHT);
    LedgerEntry first = ledger.last();
    Ledger later =
        ledger
            .plus(LedgerEntry.of(Decision.FAILED, 2, ""), NIGHT)
            .plus(LedgerEntry.of(Decision.DRIFTED, null, ""), NIGHT)
            .plus(LedgerEntry.of(Decision.PROMOTED, 1, "by hand"), NIGHT);
    assertEquals(Optional.of(first), later.lastAttempt());
    assertEquals(Optional.of(first), later.trained(1));
    assertEquals(false, later.ended(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"sequence\":1,\"when\":\"\",\"decision\":\"promoted\",\"version\":1,\"why\":\"\"} |"
            + " Expected the decision 2, found the decision 1 (ledger.jsonl, line 2); registry recover rebuilds the ledger",
        "{\"sequence\":2,\"when\":\"\",\"decision\":\"promoted\",\"why\":\"\"} |"
            + " Expected the decision 2, found none of its version (ledger.jsonl, line 2); registry recover rebuilds the ledger",
        "{\"sequence\":2,\"when\":\"\",\"decision\":\"promoted\" |"
            + " Expected the decision 2, found Unexpected end-of-input.*",
        "{\"sequence\":2} | Expected the decision 2, found Missing required creator property.*",
        "hello | Expected the decision 2, found Unrecognized token 'hello'.*",
      })
  void aDamagedLineIsNamed(String line, String message) {
    String text = of(Decision.PROMOTED, 1).toJsonLines() + line + "\n";
    String found =
        String.valueOf(
            assertThrows(
                    ModelFormatException.class, () -> Ledger.fromJsonLines(text, "ledger.jsonl"))
                .getMessage());
    String pattern = message.replace("(", "\\(").replace(")", "\\)");
    assertEquals(true, found.matches("(?s)" + pattern), found);
  }
}
