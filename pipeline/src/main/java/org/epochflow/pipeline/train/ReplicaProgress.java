package org.epochflow.pipeline.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.Consumer;
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
    file =
        String.format(
            Locale.ROOT, "%s/round-%d-replica-%d%s", folder(plan), round, replica, SUFFIX);
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
      byte[] text = Long.toString(done.examples()).getBytes(StandardCharsets.US_ASCII);
      Storage.writeScratch(file, out -> out.write(text));
    } catch (IOException | RuntimeException e) {
      LOG.warn("Could not write progress to {}", file, e);
    }
  }

  /** How many examples the replicas of an epoch have done, as far as their files can be read. */
  static long sum(EpochPlan plan) {
    long sum = 0;
    try {
      for (String file : Storage.list(folder(plan))) {
        if (file.endsWith(SUFFIX)) {
          sum += Long.parseLong(Storage.readText(file));
        }
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("Could not read progress in {}", folder(plan), e);
    }
    return sum;
  }
}
