package org.epochflow.pipeline.train;

import java.io.Serializable;
import java.util.Locale;

/**
 * How many threads share the steps of a replica. They change speed alone, so each machine may have
 * its own number.
 *
 * @param given the number, or 0 for the machine's processors over the replicas that run at once
 * @param parallelism how many replicas the runner has run at once, at most
 */
public record ReplicaThreads(int given, int parallelism) implements Serializable {
  /** The machine's processors, shared evenly by all replicas. */
  public static final ReplicaThreads EVEN = new ReplicaThreads(0, Integer.MAX_VALUE);

  public ReplicaThreads {
    if (given < 0 || parallelism < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected threads of 0 or more and a parallelism of 1 or more, found %d and %d",
              given,
              parallelism));
    }
  }

  /** The number on this machine, for each of so many replicas. */
  int here(int replicas) {
    int processors = Runtime.getRuntime().availableProcessors();
    return given > 0 ? given : Math.max(1, processors / Math.min(replicas, parallelism));
  }
}
