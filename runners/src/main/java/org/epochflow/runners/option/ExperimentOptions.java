package org.epochflow.runners.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** An experiment's folder. */
public final class ExperimentOptions {
  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder of the experiment, with a run's folder in it for each training")
  @Takes(fallback = "runs/0002-tune: the next free number and the verb")
  public @Nullable String output;

  @Option(
      names = "--resume",
      description = "Continue the experiment in --output; its options need not be typed again")
  public boolean resume;

  /**
   * Refuses to continue an experiment that is not named.
   *
   * @param what it is
   */
  public void requireFolder(String what) {
    if (resume && output == null) {
      throw new UsageException("--resume needs --output=DIR, the %s to continue".formatted(what));
    }
  }
}
