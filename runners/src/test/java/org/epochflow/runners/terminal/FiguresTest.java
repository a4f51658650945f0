package org.epochflow.runners.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.ClassNames;
import org.junit.jupiter.api.Test;

/** The text of an evaluation. */
class FiguresTest {
  private final ConfusionMatrix matrix =
      ConfusionMatrix.of(3, new int[] {0, 0, 0, 1, 1, 2, 2, 2}, new int[] {0, 0, 1, 1, 2, 2, 2, 0});

  @Test
  void confusionNamesItsRowsAndColumns() {
    assertEquals(
        """

        Confusion (rows: true, columns: predicted)
              shoe   bag  coat
        shoe     2     1     0
        bag      0     1     1
        coat     1     0     2
        """,
        Figures.confusion(matrix, List.of("shoe", "bag", "coat")));
  }

  @Test
  void namesThatMakeItTooWideStandBeforeTheRowsAlone() {
    String first = "x".repeat(25);
    assertEquals(
        """

        Confusion (rows: true, columns: predicted)
                                     0  1  2
        0 %s  2  1  0
        1 bag                        0  1  1
        2 coat                       1  0  2
        """
            .formatted(first),
        Figures.confusion(matrix, List.of(first, "bag", "coat")));
  }

  @Test
  void classesHaveTheirFigures() {
    assertEquals(
        """

        class          precision  recall      f1  support
        0                 0.6667  0.6667  0.6667        3
        1                 0.5000  0.5000  0.5000        2
        2                 0.6667  0.6667  0.6667        3

        macro mean        0.6111  0.6111  0.6111        8
        weighted mean     0.6250  0.6250  0.6250        8
        """,
        Figures.perClass(matrix, ClassNames.numbers(3)));
  }

  @Test
  void probabilitiesHaveTheirError() {
    Quality.Counts counts = new Quality.Counts(3);
    counts.add(1, 0, new float[] {0.5f, 0.375f, 0.125f}, 0);
    counts.add(2, 0, new float[] {0.5f, 0.375f, 0.125f}, 0);
    assertEquals(
        "Top-2 accuracy: 0.5000  Expected calibration error: 0.5000\n",
        Figures.probabilities(counts.quality(), 2));
    assertEquals(
        "Expected calibration error: 0.5000\n", Figures.probabilities(counts.quality(), null));
  }

  @Test
  void lineHasLossAndAccuracy() {
    assertEquals(
        "Test  loss: 0.4123  accuracy: 0.8567  (10,000 examples)",
        Figures.line("Test", new Tally(10_000, 8_567, Math.round(0.4123 * 1e4 * (1 << 24)), 0)));
  }

  @Test
  void everyClassNeedsAName() {
    assertThrows(
        IllegalArgumentException.class, () -> Figures.confusion(matrix, ClassNames.numbers(2)));
  }
}
