package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.parallel.Share;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks drop as many values as they should, by key, layer and example alone. */
class MasksTest {
  private static final int ROWS = 500;
  private static final int COLUMNS = 203;

  private static float[] mask(long key, int layer, double rate, long firstIndex) {
    Masks masks = new Masks();
    masks.on(key, LongStream.range(firstIndex, firstIndex + ROWS).toArray());
    FMatrixRMaj ones = new FMatrixRMaj(ROWS, COLUMNS);
    ones.fill(1);
    return masks.apply(Share.ALL, layer, rate, ones, new FMatrixRMaj(ROWS, COLUMNS)).data;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.2, 0.25, 0.5, 0.9})
  void asManyAreKeptAsTheRateSaysAndTheMeanStays(double rate) {
    float[] mask = mask(1, 2, rate, 0);
    float scale = (float) (1 / (1 - rate));
    double sum = 0;
    int kept = 0;
    for (float value : mask) {
      assertEquals(value == 0 ? 0 : scale, value);
      sum += value;
      kept += value == 0 ? 0 : 1;
    }
    double n = mask.length;
    double deviation = Math.sqrt(rate * (1 - rate) / n);
    assertEquals(1 - rate, kept / n, 5 * deviation);
    assertEquals(1, sum / n, 5 * deviation / (1 - rate));
  }

  @Test
  void columnsAndRowsAreDroppedAlike() {
    float[] mask = mask(3, 0, 0.5, 0);
    int[] byColumn = new int[COLUMNS];
    int[] byRow = new int[ROWS];
    int pairs = 0;
    for (int i = 0; i < mask.length; i++) {
      byColumn[i % COLUMNS] += mask[i] == 0 ? 1 : 0;
      byRow[i / COLUMNS] += mask[i] == 0 ? 1 : 0;
      pairs += i > 0 && mask[i] == mask[i - 1] ? 1 : 0;
    }
    for (int count : byColumn) {
      assertEquals(ROWS / 2.0, count, 5 * Math.sqrt(ROWS / 4.0));
    }
    for (int count : byRow) {
      assertEquals(COLUMNS / 2.0, count, 5 * Math.sqrt(COLUMNS / 4.0));
    }
    assertEquals(mask.length / 2.0, pairs, 5 * Math.sqrt(mask.length / 4.0));
  }

  @Test
  void aMaskIsAFunctionOfKeyLayerAndExample() {
    float[] mask = mask(1, 2, 0.5, 0);
    assertArrayEquals(mask, mask(1, 2, 0.5, 0));
    assertFalse(Arrays.equals(mask, mask(2, 2, 0.5, 0)));
    assertFalse(Arrays.equals(mask, mask(1, 3, 0.5, 0)));
    // Whatever batch an example is in: here the second of one is the first of the other.
    assertArrayEquals(
        Arrays.copyOfRange(mask, COLUMNS, mask.length),
        Arrays.copyOf(mask(1, 2, 0.5, 1), mask.length - COLUMNS));
  }

  @Test
  void masksNeverChange() {
    Masks masks = new Masks();
    masks.on(42, new long[] {7});
    FMatrixRMaj ones = new FMatrixRMaj(1, 24);
    ones.fill(1);
    StringBuilder kept = new StringBuilder();
    for (float value : masks.apply(Share.ALL, 3, 0.25, ones, ones).data) {
      kept.append(value == 0 ? 0 : 1);
    }
    assertEquals("101010111010110110101000", kept.toString());
  }

  @Test
  void nothingIsDroppedAtRateZeroOrOutsideTraining() {
    Masks masks = new Masks();
    FMatrixRMaj values = new FMatrixRMaj(1, 3);
    masks.on(1, new long[] {0});
    assertSame(values, masks.apply(Share.ALL, 0, 0, values, new FMatrixRMaj(1, 3)));
    masks.off();
    assertSame(values, masks.apply(Share.ALL, 0, 0.5, values, new FMatrixRMaj(1, 3)));
  }
}
