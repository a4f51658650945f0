package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.Locale;

/**
 * Sums in double precision, with the sum of their terms' magnitudes, in units of which a float32
 * sum of any order may be off.
 */
public final class Sums {
  /** 1,600 terms of one sign, summed one by one, are off by about this much. */
  private static final double TOLERANCE = 2e-6;

  final double[] values;
  private final double[] magnitudes;

  public Sums(int size) {
    values = new double[size];
    magnitudes = new double[size];
  }

  void add(int at, double term) {
    values[at] += term;
    magnitudes[at] += Math.abs(term);
  }

  /** What relu makes of the sums. */
  Sums relu() {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(0, values[i]);
    }
    return this;
  }

  void assertClose(float[] actual, int at) {
    for (int i = 0; i < values.length; i++) {
      float found = actual[at + i];
      if (!(Math.abs(found - values[i]) <= TOLERANCE * magnitudes[i])) {
        fail(
            String.format(
                Locale.ROOT,
                "Expected %s, found %s (value %d of %d)",
                values[i],
                found,
                i,
                values.length));
      }
    }
  }
}
