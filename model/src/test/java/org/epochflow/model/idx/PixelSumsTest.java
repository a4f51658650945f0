package org.epochflow.model.idx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sums equal a plain loop's, also where half a number would overflow. */
final class PixelSumsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 784, 66_050, 66_051, 66_052, 132_102, 200_704})
  void sumsAreThoseOfAPlainLoop(int length) {
    byte[] pixels = new byte[length];
    new Random(length).nextBytes(pixels);
    requirePlainSums(pixels);
    Arrays.fill(pixels, (byte) 255);
    requirePlainSums(pixels);
  }

  private static void requirePlainSums(byte[] pixels) {
    long sum = 0;
    long squares = 0;
    for (byte pixel : pixels) {
      long value = pixel & 0xff;
      sum += value;
      squares += value * value;
    }
    assertEquals(new PixelSums(sum, squares), PixelSums.of(pixels));
  }
}
