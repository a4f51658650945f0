package org.epochflow.model.nn;

import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.random.CounterRandom;

/**
 * The dropout of one batch: which values are kept is a function of (key, example, layer, value), so
 * it depends on neither the batch around an example nor the threads.
 */
public final class Masks {
  private long key;
  private long[] indices = {};

  /** The masks of an epoch, named by {@code epochKey}, for the examples of these indices. */
  void of(long epochKey, long[] examples) {
    key = epochKey;
    indices = examples;
  }

  /** Names the random numbers of the example in a row of the batch, in one layer. */
  public long stream(int layer, int row) {
    return stream(key, layer, indices[row]);
  }

  /** The same for an example by its index, in an epoch. */
  public static long stream(long epochKey, int layer, long example) {
    return CounterRandom.at(CounterRandom.at(epochKey, layer), example);
  }

  /** What kept values are multiplied by, so that their mean stays. */
  public static float scale(double rate) {
    return (float) (1 / (1 - rate));
  }

  /**
   * Draws the masks of a share of the examples, into their rows of {@code kept}.
   *
   * @param columns the values of an example
   */
  public void draw(
      Kernels kernels, Share share, int layer, double rate, int rows, int columns, short[] kept) {
    int threshold = (int) Math.round(rate * (1 << Short.SIZE));
    int last = share.to(rows);
    for (int row = share.from(rows); row < last; row++) {
      long example = stream(layer, row);
      int from = row * columns;
      kernels.keep(example, threshold, kept, from, from + columns, last * columns);
    }
  }
}
