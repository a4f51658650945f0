package org.epochflow.model.random;

import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;

/**
 * A random permutation of 0..n-1 that is computed, not stored: a Feistel network over the next
 * power of four, walked along its cycle until it falls below n (Black and Rogaway, 2002, "Ciphers
 * with arbitrary finite domains"). Constant memory, a few tens of nanoseconds a look.
 */
public final class Bijection {
  private static final int ROUNDS = 8;
  private final long n;
  private final int halfBits;
  private final long mask;
  private final long[] keys = new long[ROUNDS];

  /**
   * @param key from {@link CounterRandom#key}
   * @param n how many values are permuted, 0 to 2<sup>62</sup>
   */
  public Bijection(long key, long n) {
    if (n < 0 || n > 1L << 62) {
      throw new IllegalArgumentException("Expected n of 0 to 2^62, found " + n);
    }
    this.n = n;
    halfBits = Math.max(1, (64 - Long.numberOfLeadingZeros(Math.max(0, n - 1)) + 1) / 2);
    mask = (1L << halfBits) - 1;
    for (int round = 0; round < ROUNDS; round++) {
      keys[round] = CounterRandom.at(key, round);
    }
  }

  /** The image of {@code index}, which is 0 to n-1. */
  public long of(long index) {
    if (index < 0 || index >= n) {
      throw new IndexOutOfBoundsException(
          String.format(Locale.ROOT, "Expected an index of 0 to %d, found %d", n - 1, index));
    }
    long image = index;
    do {
      image = encrypt(image);
    } while (image >= n);
    return image;
  }

  /**
   * The images of 0, 1, ..., n-1. Several times as fast as one by one: it encrypts some hundred at
   * once, and those do not wait for each other.
   */
  public PrimitiveIterator.OfLong images() {
    return new Images();
  }

  private final class Images implements PrimitiveIterator.OfLong {
    private static final int AT_ONCE = 256;
    private final long[] images = new long[AT_ONCE];
    private final int[] walking = new int[AT_ONCE];
    private long next;

    @Override
    public boolean hasNext() {
      return next < n;
    }

    @Override
    public long nextLong() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int place = (int) (next % AT_ONCE);
      if (place == 0) {
        walk((int) Math.min(AT_ONCE, n - next));
      }
      next++;
      return images[place];
    }

    private void walk(int count) {
      for (int i = 0; i < count; i++) {
        images[i] = next + i;
        walking[i] = i;
      }
      int left = count;
      while (left > 0) {
        int still = 0;
        for (int i = 0; i < left; i++) {
          int place = walking[i];
          long image = encrypt(images[place]);
          images[place] = image;
          walking[still] = place;
          still += image < n ? 0 : 1;
        }
        left = still;
      }
    }
  }

  private long encrypt(long value) {
    long left = value >>> halfBits;
    long right = value & mask;
    for (long key : keys) {
      long swapped = left ^ (CounterRandom.at(key, right) & mask);
      left = right;
      right = swapped;
    }
    return left << halfBits | right;
  }
}
