package org.epochflow.model.train;

import java.util.Arrays;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.optim.ServerAdam;

/**
 * What the replicas' models become at the end of a round, added one by one in the order of their
 * numbers: {@code w = sum over k of p_k w_k}, {@code p_k = n_k / sum n}, by examples. A replica
 * that had no example is skipped. Sums are of doubles in that fixed order, rounded to float32 once.
 *
 * <p>Under local Adam the moments are averaged likewise and the step is the furthest replica's;
 * under server Adam the mean change is the gradient of one {@link ServerAdam} step.
 */
public final class Averaging {
  private final TrainingConfig config;
  private final ModelState start;
  private final double[] w;
  private final double[] m;
  private final double[] v;
  private long step;
  private Tally tally = Tally.NONE;

  /**
   * @param start the model the round began from
   */
  public Averaging(TrainingConfig config, ModelState start) {
    this.config = config;
    this.start = start;
    boolean moments = config.parallel().strategy() == Strategy.LOCAL_ADAM;
    w = nothing(start.parameters().length);
    m = nothing(moments ? w.length : 0);
    v = nothing(moments ? w.length : 0);
    step = start.step();
  }

  /** Adds the next replica's result. */
  public void add(ReplicaResult result) {
    long weight = result.tally().examples();
    if (weight == 0) {
      return;
    }
    add(w, result.model().parameters(), weight);
    add(m, result.model().m(), weight);
    add(v, result.model().v(), weight);
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
    float[] mean = mean(w);
    return config.parallel().strategy() == Strategy.LOCAL_ADAM
        ? new ModelState(mean, mean(m), mean(v), step)
        : serverStep(mean);
  }

  private ModelState serverStep(float[] mean) {
    float[] parameters = start.parameters().clone();
    float[] moments = start.m().clone();
    float[] squares = start.v().clone();
    for (int i = 0; i < mean.length; i++) {
      mean[i] -= parameters[i];
    }
    double progress = (double) start.step() / config.parallel().rounds();
    double rate = config.learningRate().serverAt(progress, config);
    ServerAdam.step(parameters, moments, squares, mean, rate);
    return new ModelState(parameters, moments, squares, start.step() + 1);
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
