package org.epochflow.model.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Normal numbers: the quantiles of tables, the moments, and a function of the stream alone. */
class GaussianTest {
  /** Quantiles of the standard normal distribution (scipy.stats.norm.ppf). */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "0.75, 0.6744897501960817",
    "0.9, 1.2815515655446004",
    "0.95, 1.6448536269514722",
    "0.975, 1.959963984540054",
    "0.999, 3.090232306167813",
    "1e-9, -5.997807015007685"
  })
  void quantilesAreThoseOfTables(double p, double expected) {
    assertEquals(expected, Gaussian.quantile(p), 2e-7 * Math.max(1, Math.abs(expected)));
    assertEquals(-expected, Gaussian.quantile(1 - p), 2e-7 * Math.max(1, Math.abs(expected)));
  }

  @Test
  void theMomentsAreThoseOfANormalVariable() {
    int n = 1_000_000;
    float[] z = new float[n];
    Gaussian.fill(11, z, 0, n);
    double[] powers = new double[5];
    double neighbours = 0;
    for (int i = 0; i < n; i++) {
      for (int power = 1; power < powers.length; power++) {
        powers[power] += Math.pow(z[i], power) / n;
      }
      neighbours += i > 0 ? (double) z[i] * z[i - 1] / n : 0;
    }
    double deviation = 1 / Math.sqrt(n);
    assertEquals(0, powers[1], 5 * deviation);
    assertEquals(1, powers[2], 5 * Math.sqrt(2) * deviation);
    assertEquals(0, powers[3], 5 * Math.sqrt(15) * deviation);
    assertEquals(3, powers[4], 5 * Math.sqrt(96) * deviation);
    assertEquals(0, neighbours, 5 * deviation);
  }

  @Test
  void numbersAreAFunctionOfTheStream() {
    float[] z = new float[9];
    Gaussian.fill(3, z, 2, 9);
    assertArrayEquals(new float[2], Arrays.copyOf(z, 2));
    float[] again = new float[7];
    Gaussian.fill(3, again, 0, 7);
    assertArrayEquals(again, Arrays.copyOfRange(z, 2, 9));
    Gaussian.fill(4, again, 0, 7);
    assertFalse(Arrays.equals(again, Arrays.copyOfRange(z, 2, 9)));
  }
}
