package org.epochflow.runners.option;

import org.epochflow.model.train.SplitRule;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of the training examples validate. A model keeps the split that it was trained with. */
public final class SplitOptions {
  @Option(
      names = "--validationSplit",
      description = "Share of the training examples that is used for validation")
  @Takes(above = 0, below = 1)
  public double validationSplit = SplitRule.DEFAULT_VALIDATION;

  @Option(
      names = "--fold",
      paramLabel = "I",
      description = "Number of the fold that validates, from 1 to --folds; replaces the share")
  @Takes(atLeast = 1)
  public @Nullable Integer fold;
}
