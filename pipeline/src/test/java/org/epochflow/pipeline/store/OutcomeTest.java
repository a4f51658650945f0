package org.epochflow.pipeline.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.execute.Execution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pipeline finds out comes to the driver. */
final class OutcomeTest {
  private final Outcome<String> outcome;

  OutcomeTest(@TempDir Path folder) {
    outcome = new Outcome<>(folder.resolve("a/b/outcome").toString(), StringUtf8Coder.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 300})
  void everyElementComesOnce(int count) throws IOException {
    List<String> elements = IntStream.range(0, count).mapToObj("element %05d"::formatted).toList();
    write(elements);
    assertEquals(elements, outcome.read().stream().sorted().toList());
  }

  @Test
  void equalElementsAreAllKept() throws IOException {
    write(List.of("same", "same", "same"));
    assertEquals(List.of("same", "same", "same"), outcome.read());
  }

  @Test
  void noElementsAreNoFile() throws IOException {
    write(List.of());
    assertFalse(Storage.exists(outcome.path()));
  }

  @Test
  void anEarlierOutcomeIsReplaced() throws IOException {
    write(List.of("earlier", "by far longer than what follows"));
    write(List.of("later"));
    assertEquals(List.of("later"), outcome.read());
  }

  private void write(List<String> elements) throws IOException {
    Direct.execution(2)
        .run(
            "outcome",
            pipeline ->
                pipeline
                    .apply(Create.of(elements).withCoder(StringUtf8Coder.of()))
                    .apply("Write", outcome.write()),
            Execution.Watch.NONE);
  }
}
