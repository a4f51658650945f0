package org.epochflow.model.nn;

import org.epochflow.model.parallel.Share;
import org.epochflow.model.random.CounterRandom;

/**
 * The dropout of one batch: which values are kept is a function of (key, example, layer, value), so
 * it depends on neither the batch around an example nor the threads.
 */
final class Masks {
  private static final int LANES = 4;
  private static final int LANE_BITS = 64 / LANES;
  private boolean training;
  private long key;
  private long[] indices = {};

  /** From now on no value is dropped. */
  void off() {
    training = false;
  }

  /**
   * From now on, the masks of an epoch, named by {@code key}, for the examples of these indices.
   */
  void on(long epochKey, long[] examples) {
    training = true;
    key = epochKey;
    indices = examples;
  }

  /** Whether values are dropped at this rate. */
  boolean drops(double rate) {
    return training && rate > 0;
  }

  /** What kept values are multiplied by, so that their mean stays. */
  static float scale(double rate) {
    return (float) (1 / (1 - rate));
  }

  /**
   * Draws the masks of a share of the examples: -1 for each value that is kept, else 0. One draw of
   * 64 bits serves four values.
   *
   * @param columns the values of an example
   */
  void draw(Share share, int layer, double rate, int rows, int columns, int[] kept) {
    int threshold = (int) Math.round(rate * (1 << LANE_BITS));
    int last = share.to(rows);
    for (int row = share.from(rows); row < last; row++) {
      long example = CounterRandom.at(CounterRandom.at(key, layer), indices[row]);
      draw(example, threshold, row * columns, (row + 1) * columns, kept);
    }
  }

  /** The mask of one example. */
  private static void draw(long example, int threshold, int from, int to, int[] kept) {
    int i = from;
    for (long draw = 0; i <= to - LANES; draw++, i += LANES) {
      long bits = CounterRandom.at(example, draw);
      kept[i] = kept(bits, threshold);
      kept[i + 1] = kept(bits >>> LANE_BITS, threshold);
      kept[i + 2] = kept(bits >>> (2 * LANE_BITS), threshold);
      kept[i + 3] = kept(bits >>> (3 * LANE_BITS), threshold);
    }
    long bits = CounterRandom.at(example, (to - from) / LANES);
    for (; i < to; i++, bits >>>= LANE_BITS) {
      kept[i] = kept(bits, threshold);
    }
  }

  /** -1 where the lane's bits reach the threshold, else 0: without a branch, as it is random. */
  private static int kept(long bits, int threshold) {
    return ~((((int) bits & ((1 << LANE_BITS) - 1)) - threshold) >> 31);
  }
}
