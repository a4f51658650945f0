package org.epochflow.pipeline.train;

import java.io.IOException;
import java.util.function.Consumer;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.epochflow.model.metric.Tally;
import org.epochflow.pipeline.store.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the progress of a replica to the driver by a small file, because a runner's metrics show
 * an element when it is done, and that is a whole round. Written at most twice a second, and at the
 * end. It decides nothing: what cannot be written or read is not shown.
 */
final class ReplicaProgress implements Consumer<Tally> {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaProgress.class);
  private static final long EVERY_NANOS = 500_000_000;
  private static final String SUFFIX = ".done";
  private final String file;
  private final long examples;
  private long written = System.nanoTime();

  /**
   * @param examples of the replica's share
   */
  ReplicaProgress(EpochPlan plan, int round, int replica, long examples) {
    file = "%s/round-%d-replica-%d%s".formatted(folder(plan), round, replica, SUFFIX);
    this.examples = examples;
  }

  private static String folder(EpochPlan plan) {
    return plan.folder() + "/progress";
  }

  @Override
  public void accept(Tally done) {
    long now = System.nanoTime();
    if (now - written < EVERY_NANOS && done.examples() < examples) {
      return;
    }
    written = now;
    try {
      Storage.writeText(file, Long.toString(done.examples()));
    } catch (IOException | RuntimeException e) {
      LOG.warn("Could not write progress to {}", file, e);
    }
  }

  /** How many examples the replicas of an epoch have done, as far as their files can be read. */
  static long sum(EpochPlan plan) {
    long sum = 0;
    try {
      for (Metadata file : Storage.list(folder(plan) + "/*" + SUFFIX)) {
        sum += Long.parseLong(Storage.readText(file.resourceId().toString()));
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Could not read progress in {}", folder(plan), e);
    }
    return sum;
  }
}
