package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files of images and of labels are pairs. */
final class DataFilesTest {
  @Test
  void filesArePairedInTheirOrder() throws IOException {
    assertEquals(
        List.of(new Source("b-images", "b-labels"), new Source("a-images", "a-labels")),
        DataFiles.paired(List.of("b-images", "a-images"), List.of("b-labels", "a-labels")));
  }

  @Test
  void oneMoreOfEitherIsToldWithBothNumbers() {
    assertEquals(
        "Expected one file of labels for each of images, found 1 [c] for 2 [a, b]",
        assertThrows(
                FileNotFoundException.class,
                () -> DataFiles.paired(List.of("a", "b"), List.of("c")))
            .getMessage());
  }
}
