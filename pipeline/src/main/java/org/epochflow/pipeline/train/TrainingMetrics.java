package org.epochflow.pipeline.train;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Gauge;
import org.apache.beam.sdk.metrics.Metrics;
import org.epochflow.model.metric.Tally;

/**
 * The workers' metrics while they train, in whole numbers as Beam's metrics are: {@code examples}
 * and {@code batches} so far, and of the last group of replicas that ended its rounds its {@code
 * epoch} (from 1), {@code examplesPerSecond} and {@code lossMillionths}.
 */
final class TrainingMetrics {
  private static final double NANOS = 1e9;
  private static final double MILLION = 1e6;
  static final String EXAMPLES = "examples";
  private static final Counter TRAINED = Metrics.counter(TrainEpoch.class, EXAMPLES);
  private static final Counter BATCHES = Metrics.counter(TrainEpoch.class, "batches");
  private static final Gauge EPOCH = Metrics.gauge(TrainEpoch.class, "epoch");
  private static final Gauge RATE = Metrics.gauge(TrainEpoch.class, "examplesPerSecond");
  private static final Gauge LOSS = Metrics.gauge(TrainEpoch.class, "lossMillionths");

  private TrainingMetrics() {}

  /** A group of replicas has done its rounds. */
  static void trained(EpochPlan plan, Tally tally, long batches, long nanos) {
    TRAINED.inc(tally.examples());
    BATCHES.inc(batches);
    EPOCH.set(plan.epoch() + 1L);
    RATE.set(Math.round(tally.examples() * NANOS / Math.max(1, nanos)));
    if (Double.isFinite(tally.loss())) {
      LOSS.set(Math.round(tally.loss() * MILLION));
    }
  }
}
