package org.epochflow.pipeline.train;

import java.io.Serializable;
import java.util.Locale;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.TrainingConfig;

/**
 * How many threads share the steps of a replica. They change speed alone, so each machine may have
 * its own number.
 *
 * @param given the number; 0 for as many as help
 * @param atOnce how many replicas may train at once in a process, at most
 */
public record ReplicaThreads(int given, int atOnce) implements Serializable {
  /** Whatever uses the machine's processors best. */
  public static final ReplicaThreads EVEN = new ReplicaThreads(0, Integer.MAX_VALUE);

  public ReplicaThreads {
    if (given < 0 || atOnce < 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected threads of 0 or more and 1 or more replicas at once, found %d and %d",
              given,
              atOnce));
    }
  }

  /**
   * How this process trains a group's replicas.
   *
   * @param groups how many groups share its processors
   */
  Lanes lanes(TrainingConfig config, int replicas, int groups) {
    int processors = processors(groups);
    if (given == 0) {
      return Lanes.of(config, replicas, atOnce, processors);
    }
    int lanes = Math.min(Math.min(replicas, atOnce), processors / given);
    return new Lanes(Math.max(1, lanes), given);
  }

  /** How many threads this process has for one of so many groups. */
  static int processors(int groups) {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / groups);
  }
}
