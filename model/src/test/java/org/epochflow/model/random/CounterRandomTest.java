package org.epochflow.model.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Streams are uniform, independent of each other, and never change. */
class CounterRandomTest {
  private static final int DRAWS = 100_000;

  @ParameterizedTest
  @EnumSource(Purpose.class)
  void floatsAreUniform(Purpose purpose) {
    long key = CounterRandom.key(42, purpose);
    int[] counts = new int[100];
    double sum = 0;
    for (int i = 0; i < DRAWS; i++) {
      float u = CounterRandom.uniform(key, i);
      assertTrue(u >= 0 && u < 1);
      counts[(int) (u * counts.length)]++;
      sum += u;
    }
    assertUniform(counts, DRAWS);
    assertEquals(0.5, sum / DRAWS, 5 * Math.sqrt(1.0 / 12 / DRAWS));
  }

  @Test
  void everyBitIsSetHalfTheTime() {
    int[] set = new int[64];
    for (int i = 0; i < DRAWS; i++) {
      long bits = CounterRandom.at(7, i);
      for (int bit = 0; bit < 64; bit++) {
        set[bit] += (int) (bits >>> bit & 1);
      }
    }
    for (int count : set) {
      assertEquals(DRAWS / 2.0, count, 5 * Math.sqrt(DRAWS / 4.0));
    }
  }

  /** The first number of many streams is as good as the many numbers of one. */
  @Test
  void coordinatesAreIndependent() {
    int[] first = new int[16];
    int[] pairs = new int[16];
    for (int i = 0; i < DRAWS; i++) {
      long one = CounterRandom.at(CounterRandom.key(42, Purpose.SHUFFLE, i, 0), 0) >>> 60;
      long other = CounterRandom.at(CounterRandom.key(42, Purpose.SHUFFLE, i, 1), 0) >>> 60;
      first[(int) one]++;
      pairs[(int) (one ^ other)]++;
    }
    assertUniform(first, DRAWS);
    assertUniform(pairs, DRAWS);
  }

  @Test
  void purposesAreIndependent() {
    for (Purpose a : Purpose.values()) {
      for (Purpose b : Purpose.values()) {
        if (a.compareTo(b) < 0) {
          int[] pairs = new int[16];
          for (int i = 0; i < DRAWS; i++) {
            long one = CounterRandom.at(CounterRandom.key(42, a), i);
            pairs[(int) ((one ^ CounterRandom.at(CounterRandom.key(42, b), i)) >>> 60)]++;
          }
          assertUniform(pairs, DRAWS);
        }
      }
    }
  }

  @Test
  void noTwoPlacesShareAKey() {
    Set<Long> keys = new HashSet<>();
    int places = 0;
    for (Purpose purpose : Purpose.values()) {
      for (long seed = 0; seed < 10; seed++) {
        for (int i = 0; i < 10; i++) {
          for (int j = 0; j < 10; j++) {
            keys.add(CounterRandom.key(seed, purpose, i, j));
            places++;
          }
        }
      }
    }
    assertEquals(places, keys.size());
  }

  @Test
  void theOrderOfCoordinatesCounts() {
    assertEquals(
        2,
        LongStream.of(
                CounterRandom.key(1, Purpose.DEAL, 2, 3), CounterRandom.key(1, Purpose.DEAL, 3, 2))
            .distinct()
            .count());
  }

  /** Runs are repeated and resumed by later versions: these bits stand for good. */
  @Test
  void streamsNeverChange() {
    // SplitMix64 seeded with 1234567, as published with the Java and C reference code.
    assertArrayEquals(
        new long[] {6457827717110365317L, 3203168211198807973L, -8629252141511181193L},
        LongStream.range(0, 3).map(i -> CounterRandom.at(1234567, i)).toArray());
    assertArrayEquals(
        new long[] {
          2949826092126892291L,
          5139283748462763858L,
          6349198060258255764L,
          701532786141963250L,
          -2430762948046562554L,
          4028864712777624925L,
          -3677692746721775708L
        },
        Arrays.stream(Purpose.values()).mapToLong(p -> CounterRandom.key(42, p)).toArray());
    assertEquals(1257307081695365139L, CounterRandom.key(42, Purpose.SHUFFLE, 1, 2, 3, 4));
    assertArrayEquals(
        new double[] {0.7415648698806763, 0.1599103808403015, 0.27860110998153687},
        IntStream.range(0, 3).mapToDouble(i -> CounterRandom.uniform(42, i)).toArray());
    assertArrayEquals(
        new double[] {0.7415648787718233, 0.1599103928769201},
        IntStream.range(0, 2).mapToDouble(i -> CounterRandom.uniformDouble(42, i)).toArray());
  }

  /** Chi-square below what 1 of 100,000 fair draws exceeds (Wilson and Hilferty). */
  static void assertUniform(int[] counts, int draws) {
    double expected = (double) draws / counts.length;
    double chiSquare =
        Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
    double freedom = counts.length - 1;
    double limit =
        freedom * Math.pow(1 - 2 / (9 * freedom) + 4.27 * Math.sqrt(2 / (9 * freedom)), 3);
    assertTrue(
        chiSquare < limit, () -> "chi-square %s: %s".formatted(chiSquare, Arrays.toString(counts)));
  }
}
