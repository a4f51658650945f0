package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.epochflow.runners.option.UsageException;
import org.junit.jupiter.api.Test;

/** Tests {@link PlatformText}. */
class PlatformTextTest {
  private static final PlatformText ASCII = new PlatformText("ANSI_X3.4-1968");

  @Test
  void whatTheJvmCouldNotReadIsRefused() {
    String message =
        "Expected text in the locale's charset, which is ANSI_X3.4-1968, found --data=\uFFFD;"
            + " set LC_ALL=C.UTF-8";
    assertRefused(message, () -> ASCII.requireWhole(List.of("train", "--data=\uFFFD"), "/"));
    assertRefused(
        message.replace("--data=", "/"), () -> ASCII.requireWhole(List.of("train"), "/\uFFFD"));
    assertDoesNotThrow(() -> ASCII.requireWhole(List.of("train", "--data=a"), "/b"));
  }

  @Test
  void aPatternThatMightMissFilesIsRefused() {
    assertRefused(
        "Expected a locale of UTF-8 to find every file of a pattern, found ANSI_X3.4-1968 (d/*);"
            + " set LC_ALL=C.UTF-8",
        () -> ASCII.requireAllNames("d/*"));
    assertDoesNotThrow(() -> new PlatformText("UTF-8").requireAllNames("d/*"));
  }

  private static void assertRefused(String message, Runnable call) {
    assertEquals(message, assertThrows(UsageException.class, call::run).getMessage());
  }
}
