package org.epochflow.runners.option;

import picocli.CommandLine.Option;

/** What to do when a Flink cluster fails. */
public final class ClusterOptions {
  @Option(
      names = "--epochRetries",
      description = "How many times a Flink job is run again after it has lost a worker")
  @Takes(atLeast = 0)
  public int epochRetries = 3;

  @Option(
      names = "--retryMinutes",
      description = "How many minutes to wait for Flink's JobManager when it cannot be reached")
  @Takes(atLeast = 0)
  public int retryMinutes = 10;
}
