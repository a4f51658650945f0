package org.epochflow.model.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.metric.Tally;

/**
 * What the replicas' models become at the end of a round, added one by one in the order of their
 * numbers: {@code w = sum over k of p_k w_k}, {@code p_k = n_k / sum n}, by examples. A replica
 * that had no example is skipped. Sums are of doubles in that fixed order, rounded to float32 once.
 *
 * <p>The state of the replicas' optimiser is averaged likewise, and the step is the furthest
 * replica's. What the mean leads to is the {@link Strategy}'s.
 */
public final class Averaging {
  private final TrainingConfig config;
  private final ModelState start;
  private final double[] w;
  private final List<double[]> slots = new ArrayList<>();
  private long step;
  private Tally tally = Tally.NONE;

  /**
   * @param start the model the round began from
   */
  public Averaging(TrainingConfig config, ModelState start) {
    this.config = config;
    this.start = start;
    w = nothing(start.parameters().length);
    config.optimizer().slots().forEach(slot -> slots.add(nothing(w.length)));
    step = start.step();
  }

  /** Adds the next replica's result. */
  public void add(ReplicaResult result) {
    long weight = result.tally().examples();
    if (weight == 0) {
      return;
    }
    add(w, result.model().parameters(), weight);
    for (int i = 0; i < slots.size(); i++) {
      add(slots.get(i), result.model().slots().get(i), weight);
    }
    step = Math.max(step, result.model().step());
    tally = tally.plus(result.tally());
  }

  /** How the round's minibatches did, all replicas together. */
  public Tally tally() {
    return tally;
  }

  /** The model after the round; the one it began from if no replica had an example. */
  public ModelState model() {
    if (tally.examples() == 0) {
      return start;
    }
    ModelState mean = new ModelState(mean(w), slots.stream().map(this::mean).toList(), step);
    return config.parallel().strategy().next(start, mean, config);
  }

  /** Sums of no terms: -0, which keeps the sign of a first term of -0 as 0 does not. */
  private static double[] nothing(int size) {
    double[] sum = new double[size];
    Arrays.fill(sum, -0.0);
    return sum;
  }

  private static void add(double[] sum, float[] values, long weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += (double) weight * values[i];
    }
  }

  private float[] mean(double[] sum) {
    float[] mean = new float[sum.length];
    for (int i = 0; i < sum.length; i++) {
      mean[i] = (float) (sum[i] / tally.examples());
    }
    return mean;
  }
}
