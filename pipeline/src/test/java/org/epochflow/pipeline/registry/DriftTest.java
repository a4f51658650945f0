package org.epochflow.pipeline.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.epochflow.pipeline.data.BlockRow;
import org.epochflow.pipeline.data.Manifest;
import org.junit.jupiter.api.Test;

/** Tests {@link Drift}. */
class DriftTest {
  @Test
  void classBalanceIsTheShareThatWouldHaveToChangeClass() {
    assertEquals(0, Drift.totalVariation(List.of(5L, 5L), List.of(50L, 50L)));
    assertEquals(0.25, Drift.totalVariation(List.of(5L, 5L), List.of(75L, 25L)));
    assertEquals(1, Drift.totalVariation(List.of(5L, 0L), List.of(0L, 7L)));
  }

  @Test
  void aDistanceThatIsADecimalIsThatDecimal() {
    for (long moved = 0; moved <= 100; moved++) {
      double drift =
          Drift.totalVariation(List.of(33L, 67L, 900L), List.of(33L + moved, 67L, 900L - moved));
      assertEquals(moved / 1000.0, drift);
    }
    assertEquals(0.1, Drift.totalVariation(List.of(7L, 3L), List.of(6L, 4L)));
  }

  @Test
  void pixelsAreComparedOnTheScaleOfFullBrightness() {
    Manifest black = manifest(0, 0, 2, 2);
    Manifest grey = manifest(4 * 51, 4 * 51 * 51, 3, 1);
    Manifest halfWhite = manifest(2 * 255, 2 * 255 * 255, 2, 2);
    assertEquals(new Drift(0, 0, 0), Drift.between(grey, grey));
    assertEquals(new Drift(0.25, 0.2, 0), Drift.between(black, grey));
    Drift drift = Drift.between(black, halfWhite);
    assertEquals(new Drift(0, 0.5, 0.5), drift);
    assertEquals(0.5, drift.largest());
  }

  /** Four images of one pixel, in two classes. */
  private static Manifest manifest(long sum, long squares, int first, int second) {
    return new Manifest(
        List.of(new Manifest.FileRow("i", "l", 4, 0, 0)),
        List.of(1, 1),
        2,
        List.of(new BlockRow(0, 0, 4, 0, sum, squares, List.of(), List.of(first, second))),
        List.of());
  }
}
