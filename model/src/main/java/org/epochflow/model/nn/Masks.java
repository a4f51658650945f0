package org.epochflow.model.nn;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.random.CounterRandom;

/**
 * The dropout of one batch: which values are kept is a function of (key, example, layer, value), so
 * the backward pass computes the same mask again instead of keeping it.
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

  /**
   * Multiplies a share of the examples by the mask: 0, or 1 / (1 - rate). One draw of 64 bits
   * serves four values.
   *
   * @param masked takes the products; it may be {@code values}
   * @return {@code masked}, or {@code values} where nothing is dropped
   */
  FMatrixRMaj apply(Share share, int layer, double rate, FMatrixRMaj values, FMatrixRMaj masked) {
    if (!training || rate == 0) {
      return values;
    }
    int threshold = (int) Math.round(rate * (1 << LANE_BITS));
    float scale = (float) (1 / (1 - rate));
    int last = share.to(values.numRows);
    for (int row = share.from(values.numRows); row < last; row++) {
      long example = CounterRandom.at(CounterRandom.at(key, layer), indices[row]);
      int from = row * values.numCols;
      apply(example, threshold, scale, values.data, from, from + values.numCols, masked.data);
    }
    return masked;
  }

  /** The mask of one example. */
  private static void apply(
      long example, int threshold, float scale, float[] x, int from, int to, float[] y) {
    int i = from;
    for (long draw = 0; i <= to - LANES; draw++, i += LANES) {
      long bits = CounterRandom.at(example, draw);
      y[i] = masked(bits, threshold, x[i] * scale);
      y[i + 1] = masked(bits >>> LANE_BITS, threshold, x[i + 1] * scale);
      y[i + 2] = masked(bits >>> (2 * LANE_BITS), threshold, x[i + 2] * scale);
      y[i + 3] = masked(bits >>> (3 * LANE_BITS), threshold, x[i + 3] * scale);
    }
    long bits = CounterRandom.at(example, (to - from) / LANES);
    for (; i < to; i++, bits >>>= LANE_BITS) {
      y[i] = masked(bits, threshold, x[i] * scale);
    }
  }

  /**
   * The value where the lane's bits reach the threshold, else 0: without a branch, as it is random.
   */
  private static float masked(long bits, int threshold, float value) {
    int dropped = (((int) bits & ((1 << LANE_BITS) - 1)) - threshold) >> 31;
    return Float.intBitsToFloat(Float.floatToRawIntBits(value) & ~dropped);
  }
}
