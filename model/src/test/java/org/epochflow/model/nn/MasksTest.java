package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.parallel.Share;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks drop as many values as they should, by key, layer and example alone. */
class MasksTest {
  private static final Kernels KERNELS = Kernels.named("ejml");
  private static final int ROWS = 500;
  private static final int COLUMNS = 203;

  private static float[] mask(long key, int layer, double rate, long firstIndex) {
    Masks masks = new Masks();
    masks.of(key, LongStream.range(firstIndex, firstIndex + ROWS).toArray());
    short[] kept = new short[ROWS * COLUMNS];
    masks.draw(KERNELS, Share.ALL, layer, rate, ROWS, COLUMNS, kept);
    float[] mask = new float[kept.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = kept[i] == 0 ? 0 : Masks.scale(rate);
    }
    return mask;
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
    masks.of(42, new long[] {7});
    short[] kept = new short[24];
    masks.draw(KERNELS, Share.ALL, 3, 0.25, 1, 24, kept);
    StringBuilder mask = new StringBuilder();
    for (short value : kept) {
      mask.append(-value);
    }
    assertEquals("101010111010110110101000", mask.toString());
  }
}
