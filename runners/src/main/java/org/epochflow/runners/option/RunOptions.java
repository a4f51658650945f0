package org.epochflow.runners.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The run's folder, and what affects its speed alone. */
public final class RunOptions {
  @Option(names = "--output", paramLabel = "RUN", description = "Folder of the run")
  @Takes(fallback = "runs/0001-softmax: the next free number and the model's name")
  public @Nullable String output;

  @Option(
      names = "--resume",
      description =
          "Continue the run in --output. Of the options that affect its result, only --epochs may"
              + " be given anew, and only to raise it")
  public boolean resume;

  @Option(
      names = "--tensorboard",
      paramLabel = "DIR",
      description =
          "Folder on this machine for TensorBoard's event files; each run has its own folder in it")
  @Takes(fallback = "none")
  public @Nullable String tensorboard;

  @Option(
      names = "--threads",
      description = "Threads for each replica; they affect the speed alone, not the result")
  @Takes(
      atLeast = 1,
      atMost = 1024,
      fallback = "whatever trains the replicas fastest on the machine's processors")
  public @Nullable Integer threads;
}
