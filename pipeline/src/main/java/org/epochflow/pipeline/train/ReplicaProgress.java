package org.epochflow.pipeline.train;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.epochflow.pipeline.store.Storage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports the progress of a group of replicas to the driver by a small file, because a runner's
 * metrics show an element when it is done, and that may be a whole epoch. It decides nothing: what
 * cannot be written or read is not shown.
 */
final class ReplicaProgress implements LongConsumer {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaProgress.class);
  private static final String SUFFIX = ".done";
  private final String file;

  /**
   * @param from the first replica of the group
   */
  ReplicaProgress(EpochPlan plan, int round, int from) {
    file =
        String.format(Locale.ROOT, "%s/round-%d-replica-%d%s", folder(plan), round, from, SUFFIX);
  }

  private static String folder(EpochPlan plan) {
    return plan.folder() + "/progress";
  }

  @Override
  public void accept(long examples) {
    try {
      byte[] text = Long.toString(examples).getBytes(StandardCharsets.US_ASCII);
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
