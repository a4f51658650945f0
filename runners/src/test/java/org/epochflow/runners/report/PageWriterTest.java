package org.epochflow.runners.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A page that cannot be written fails nobody. */
final class PageWriterTest {
  @Test
  void whatAPageThrowsIsSaidOnce() {
    List<String> warnings = new ArrayList<>();
    try (PageWriter writer = new PageWriter(warnings::add)) {
      writer.last(
          () -> {
            throw new OutOfMemoryError("Java heap space");
          });
      writer.last(
          () -> {
            throw new IOException("disk full");
          });
    }
    assertEquals(
        List.of("Could not write the report: java.lang.OutOfMemoryError: Java heap space"),
        warnings);
  }
}
