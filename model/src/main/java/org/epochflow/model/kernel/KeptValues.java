package org.epochflow.model.kernel;

import org.epochflow.model.random.CounterRandom;

/** Which values dropout keeps, one by one: see {@link Kernels#keep}. */
public final class KeptValues {
  /** The values that one number of a stream decides, by 16 bits each, the lowest first. */
  static final int PER_NUMBER = Long.SIZE / Short.SIZE;

  private static final int BITS = 0xffff;

  private KeptValues() {}

  /**
   * Draws those from {@code from} to {@code to}.
   *
   * @param number the index of the number in the stream that decides the first value
   */
  public static void draw(long stream, long number, int threshold, short[] kept, int from, int to) {
    long next = number;
    int i = from;
    for (; i <= to - PER_NUMBER; i += PER_NUMBER) {
      long bits = CounterRandom.at(stream, next++);
      kept[i] = kept(bits, threshold);
      kept[i + 1] = kept(bits >>> Short.SIZE, threshold);
      kept[i + 2] = kept(bits >>> (2 * Short.SIZE), threshold);
      kept[i + 3] = kept(bits >>> (3 * Short.SIZE), threshold);
    }
    long bits = CounterRandom.at(stream, next);
    for (; i < to; i++, bits >>>= Short.SIZE) {
      kept[i] = kept(bits, threshold);
    }
  }

  /** Without a branch, as it is random. */
  private static short kept(long bits, int threshold) {
    return (short) ~((((int) bits & BITS) - threshold) >> 31);
  }
}
