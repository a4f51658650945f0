package org.epochflow.model.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.epochflow.model.metric.ConfusionMatrix.ClassFigures;
import org.junit.jupiter.api.Test;

/** Laws of merging, and figures worked out by hand. */
class ConfusionMatrixTest {
  private static final int CLASSES = 7;
  private final int[] labels = new Random(1).ints(500, 0, CLASSES).toArray();
  private final int[] predicted = new Random(2).ints(500, 0, CLASSES).toArray();
  private final ConfusionMatrix whole = ConfusionMatrix.of(CLASSES, labels, predicted);

  @Test
  void itsCountsAreItsOwn() {
    long[] counts = {1, 2, 3, 4};
    ConfusionMatrix matrix = new ConfusionMatrix(2, counts);
    counts[0] = 9;
    matrix.counts()[1] = 9;
    assertEquals(new ConfusionMatrix(2, new long[] {1, 2, 3, 4}), matrix);
    assertEquals(3, matrix.count(1, 0));
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> new ConfusionMatrix(2, new long[3]));
    assertEquals("Expected 4 counts, found 3", e.getMessage());
  }

  @Test
  void mergedShardsEqualTheWhole() {
    for (int cut : new int[] {0, 1, 250, 499, 500}) {
      ConfusionMatrix first = shard(0, cut);
      ConfusionMatrix second = shard(cut, 500);
      assertEquals(whole, first.merge(second));
      assertEquals(whole, second.merge(first));
    }
  }

  @Test
  void groupingOfMergesDoesNotMatter() {
    ConfusionMatrix a = shard(0, 100);
    ConfusionMatrix b = shard(100, 350);
    ConfusionMatrix c = shard(350, 500);
    assertEquals(a.merge(b).merge(c), a.merge(b.merge(c)));
  }

  @Test
  void examplesOneByOneEqualTheWhole() {
    ConfusionMatrix sum = ConfusionMatrix.empty(CLASSES);
    for (int i = 0; i < labels.length; i++) {
      sum = sum.plus(labels[i], predicted[i]);
    }
    assertEquals(whole, sum);
    assertEquals(whole.hashCode(), sum.hashCode());
    assertEquals(500, sum.examples());
  }

  @Test
  void addingLeavesTheMatrixAsItWas() {
    ConfusionMatrix none = ConfusionMatrix.empty(2);
    none.plus(0, 1);
    none.merge(none.plus(1, 1));
    assertEquals(ConfusionMatrix.empty(2), none);
  }

  @Test
  void rowsAreTrueLabelsAndColumnsPredictedOnes() {
    ConfusionMatrix matrix = ConfusionMatrix.empty(2).plus(0, 1);
    assertEquals(1, matrix.count(0, 1));
    assertEquals(0, matrix.count(1, 0));
    assertEquals("ConfusionMatrix[[0, 1], [0, 0]]", matrix.toString());
  }

  /** Worked out by hand from the definitions; scikit-learn itself was not run. */
  @Test
  void figuresFollowTheirDefinitions() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(
            3, new int[] {0, 0, 0, 1, 1, 2, 2, 2}, new int[] {0, 0, 1, 1, 2, 2, 2, 0});
    assertEquals(
        List.of(
            new ClassFigures(2 / 3d, 2 / 3d, 2 / 3d, 3),
            new ClassFigures(0.5, 0.5, 0.5, 2),
            new ClassFigures(2 / 3d, 2 / 3d, 2 / 3d, 3)),
        matrix.perClass());
    assertEquals(0.625, matrix.accuracy());
  }

  @Test
  void dividingByZeroGivesZeroPerClass() {
    ConfusionMatrix matrix = ConfusionMatrix.empty(3).plus(0, 1);
    assertEquals(
        List.of(
            new ClassFigures(0, 0, 0, 1),
            new ClassFigures(0, 0, 0, 0),
            new ClassFigures(0, 0, 0, 0)),
        matrix.perClass());
  }

  @Test
  void noExamplesHaveNoAccuracy() {
    assertEquals(Double.NaN, ConfusionMatrix.empty(3).accuracy());
  }

  @Test
  void whatIsOutsideTheClassesIsRefused() {
    ConfusionMatrix two = ConfusionMatrix.empty(2);
    assertEquals(
        "Expected label and prediction from 0 to 1, found 2 and 0",
        assertThrows(IllegalArgumentException.class, () -> two.plus(2, 0)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> two.plus(0, -1));
    assertThrows(IllegalArgumentException.class, () -> two.merge(ConfusionMatrix.empty(3)));
    assertThrows(IllegalArgumentException.class, () -> ConfusionMatrix.empty(0));
    assertThrows(
        IllegalArgumentException.class, () -> ConfusionMatrix.of(2, new int[1], new int[2]));
  }

  private ConfusionMatrix shard(int from, int to) {
    return ConfusionMatrix.of(
        CLASSES, Arrays.copyOfRange(labels, from, to), Arrays.copyOfRange(predicted, from, to));
  }
}
