package org.epochflow.pipeline.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.epochflow.model.json.ModelFormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any text is a ledger, of which everything can be asked, or is refused in a line. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class LedgerFuzzTest {
  private static final String PROMOTED =
      "{\"sequence\":1,\"when\":\"2026-11-23T02:30:00Z\",\"decision\":\"promoted\",\"version\":1,"
          + "\"why\":\"a reason\",\"request\":{\"data\":\"d\",\"config\":\"c\"}}\n";

  static List<byte[]> seeds() {
    return List.of(
            PROMOTED,
            PROMOTED + PROMOTED.replace("1,", "2,").replace("promoted", "rolled_back"),
            PROMOTED.replace("\"d\"", "null"),
            PROMOTED.replace("\"promoted\"", "null"),
            "null\n",
            "[".repeat(100),
            PROMOTED.replace(":1,", ":1" + "0".repeat(50) + ","),
            PROMOTED.trim() + "}")
        .stream()
        .map(text -> text.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  @MethodSource("seeds")
  @FuzzTest
  void ledger(byte[] bytes) {
    try {
      Ledger ledger = Ledger.fromJsonLines(new String(bytes, StandardCharsets.UTF_8), "ledger");
      ledger.beforeChampion();
      ledger.lastAttempt();
      ledger.trained(ledger.largestVersion());
      assertEquals(ledger.entries().size(), ledger.toJsonLines().lines().count());
    } catch (ModelFormatException e) {
      String message = String.valueOf(e.getMessage());
      assertTrue(message.length() < 1000 && message.lines().count() == 1, message);
    }
  }

  /** Not among the seeds, since a fuzzer makes its inputs as long as they are. */
  @ParameterizedTest
  @ValueSource(strings = {"[", "0", "x"})
  void longLedgersAreReadOrRefused(String filler) {
    String filled = filler.repeat(100_000);
    ledger(filled.getBytes(StandardCharsets.UTF_8));
    ledger(PROMOTED.replace(":1,", ":1" + filled + ",").getBytes(StandardCharsets.UTF_8));
    ledger(PROMOTED.replace("promoted", filled).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void damagedLedgersAreReadOrRefused() {
    Random random = new Random(1);
    for (byte[] seed : seeds().subList(0, 2)) {
      for (int i = 0; i < 20_000; i++) {
        byte[] damaged = seed.clone();
        for (int changes = random.nextInt(4); changes >= 0; changes--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(128);
        }
        ledger(damaged);
      }
    }
  }
}
