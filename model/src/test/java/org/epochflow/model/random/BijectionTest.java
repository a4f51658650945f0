package org.epochflow.model.random;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every image is taken once, and none is likelier than another. */
class BijectionTest {
  @Test
  void everySmallSizeIsPermuted() {
    for (int n = 0; n <= 300; n++) {
      for (long key = 0; key < 3; key++) {
        long[] images = LongStream.range(0, n).map(new Bijection(key, n)::of).sorted().toArray();
        assertArrayEquals(LongStream.range(0, n).toArray(), images, "n = " + n);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 255, 256, 257, 1000, 5000})
  void theImagesInOrderAreThoseOneByOne(int n) {
    Bijection permutation = new Bijection(11, n);
    List<Long> images = new ArrayList<>();
    permutation.images().forEachRemaining((LongConsumer) images::add);
    assertEquals(LongStream.range(0, n).map(permutation::of).boxed().toList(), images);
    PrimitiveIterator.OfLong ended = new Bijection(11, 0).images();
    assertThrows(NoSuchElementException.class, ended::nextLong);
  }

  @ParameterizedTest
  @ValueSource(longs = {60_000, 65_536, 65_537, 1L << 31, (1L << 40) - 1, (1L << 61) + 1, 1L << 62})
  void largeSizesAreInjectiveAndInRange(long n) {
    Bijection permutation = new Bijection(7, n);
    Set<Long> images = new HashSet<>();
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      // From both ends, where the walk along a cycle is shortest and longest.
      long image = permutation.of(i % 2 == 0 ? i : n - i);
      assertTrue(image >= 0 && image < n);
      images.add(image);
    }
    assertEquals(count, images.size());
  }

  /** Small sizes too are dealt fairly: they are the orders of a few blocks. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 10, 33})
  void everyImageOfAnIndexIsAsLikelyAsAnother(int n) {
    int trials = 1000 * n;
    for (int index : new int[] {0, n - 1}) {
      int[] counts = new int[n];
      for (int key = 0; key < trials; key++) {
        counts[(int) new Bijection(CounterRandom.at(42, key), n).of(index)]++;
      }
      CounterRandomTest.assertUniform(counts, trials);
    }
  }

  /** Of neighbours too: a permutation is more than a rotation. */
  @Test
  void distancesOfNeighboursAreAsLikelyAsEachOther() {
    int n = 11;
    int trials = 20_000;
    int[] counts = new int[n - 1];
    for (int key = 0; key < trials; key++) {
      Bijection permutation = new Bijection(CounterRandom.at(1, key), n);
      counts[(int) Math.floorMod(permutation.of(1) - permutation.of(0), (long) n) - 1]++;
    }
    CounterRandomTest.assertUniform(counts, trials);
  }

  @Test
  void anotherKeyIsAnotherPermutation() {
    assertNotEquals(
        LongStream.range(0, 100).map(new Bijection(1, 100)::of).boxed().toList(),
        LongStream.range(0, 100).map(new Bijection(2, 100)::of).boxed().toList());
  }

  @Test
  void permutationsNeverChange() {
    assertArrayEquals(
        new long[] {6, 1, 4, 8, 9, 0, 7, 3, 2, 5},
        LongStream.range(0, 10).map(new Bijection(42, 10)::of).toArray());
    assertArrayEquals(
        new long[] {6003, 56486, 18736, 7713},
        LongStream.of(0, 1, 29_999, 59_999).map(new Bijection(42, 60_000)::of).toArray());
  }

  @Test
  void whatIsOutsideIsNamed() {
    Bijection permutation = new Bijection(1, 5);
    for (long index : new long[] {-1, 5}) {
      Exception e = assertThrows(IndexOutOfBoundsException.class, () -> permutation.of(index));
      assertEquals("Expected an index of 0 to 4, found " + index, e.getMessage());
    }
    for (long n : new long[] {-1, (1L << 62) + 1}) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> new Bijection(1, n));
      assertEquals("Expected n of 0 to 2^62, found " + n, e.getMessage());
    }
  }
}
