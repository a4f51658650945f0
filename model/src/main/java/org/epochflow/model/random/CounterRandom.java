package org.epochflow.model.random;

/**
 * Random numbers without state: {@code at(key, i)} is the i-th number of the stream that {@code
 * key} names, in any order, on any machine.
 *
 * <p>A stream is SplitMix64's (Steele, Lea and Flood, 2014, "Fast splittable pseudorandom number
 * generators"): {@code mix(key + (i + 1) * golden)}. A key is made of a seed, a purpose and
 * coordinates by chaining the same mix.
 */
public final class CounterRandom {
  /** What each number of a stream begins with more than the one before. */
  public static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** The factors of the mix. */
  public static final long FIRST_FACTOR = 0xbf58476d1ce4e5b9L;

  public static final long SECOND_FACTOR = 0x94d049bb133111ebL;

  private CounterRandom() {}

  /** The stream for a purpose at some coordinates, such as (epoch, round, replica). */
  public static long key(long seed, Purpose purpose, long... coordinates) {
    long key = at(seed, purpose.code);
    for (long coordinate : coordinates) {
      key = at(key, coordinate);
    }
    return key;
  }

  /** 64 random bits. */
  public static long at(long key, long index) {
    long z = key + (index + 1) * GOLDEN;
    z = (z ^ (z >>> 30)) * FIRST_FACTOR;
    z = (z ^ (z >>> 27)) * SECOND_FACTOR;
    return z ^ (z >>> 31);
  }

  /** A float in [0, 1), a multiple of 2<sup>-24</sup>. */
  public static float uniform(long key, long index) {
    return (at(key, index) >>> 40) * 0x1p-24f;
  }

  /** A double in [0, 1), a multiple of 2<sup>-53</sup>. */
  public static double uniformDouble(long key, long index) {
    return (at(key, index) >>> 11) * 0x1p-53;
  }
}
