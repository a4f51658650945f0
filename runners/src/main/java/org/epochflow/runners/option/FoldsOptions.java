package org.epochflow.runners.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the training examples are divided into parts. */
public final class FoldsOptions {
  public static final int DEFAULT_FOLDS = 5;

  @Option(
      names = "--folds",
      paramLabel = "K",
      description = "Divide the training examples into K folds, each of which validates once")
  @Takes(atLeast = 2, fallback = DEFAULT_FOLDS + " in crossvalidate, none elsewhere")
  public @Nullable Integer folds;

  @Option(names = "--stratify", description = "Give every part an equal share of each class")
  public boolean stratify;
}
