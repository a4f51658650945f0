package org.epochflow.runners.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.epochflow.model.nn.ArchitectureException;
import org.junit.jupiter.api.Test;

/** What a failure says, by its kind. */
class FailureTest {
  @Test
  void whatWasTypedIsTwoAndWhatHappenedIsOne() {
    assertSays(2, "Layer a: no", new ArchitectureException("Layer a: no"));
    assertSays(2, "No such file: x.keras", new NoSuchFileException("x.keras"));
    assertSays(1, "No permission to read or write run1", new AccessDeniedException("run1"));
    assertSays(1, "disk full", new UncheckedIOException(new IOException("disk full")));
  }

  @Test
  void aKnownFailureIsFoundInsideBeamsWrapping() {
    assertSays(
        2,
        "Layer a: no",
        new IllegalStateException("job failed", new ArchitectureException("Layer a: no")));
  }

  @Test
  void aBugShowsWhereItHappened() {
    String text = says(1, new IllegalStateException("unexpected"));
    assertTrue(text.contains("an error of the program itself"), text);
    assertTrue(text.contains("at org.epochflow.runners.cli.FailureTest"), text);
  }

  private static void assertSays(int exit, String message, Throwable thrown) {
    assertEquals("epochflow: " + message + "\n", says(exit, thrown));
  }

  private static String says(int exit, Throwable thrown) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertEquals(exit, Failure.of(thrown).report(thrown, stream));
    return err.toString(StandardCharsets.UTF_8);
  }
}
