package org.epochflow.runners.option;

import java.util.Locale;
import java.util.Set;
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

  /**
   * The rule that these and the folds make.
   *
   * @param given the names of the options that were given
   * @throws UsageException if they do not go together
   */
  public SplitRule rule(FoldsOptions parts, Set<String> given) {
    @Nullable Integer folds = parts.folds;
    @Nullable Integer chosen = fold;
    if (folds == null && chosen == null) {
      return new SplitRule(validationSplit, parts.stratify);
    } else if (folds == null || chosen == null) {
      throw new UsageException("Expected both --folds=K and --fold=I, or neither");
    } else if (given.contains("validationSplit")) {
      throw new UsageException("--validationSplit does nothing with --folds");
    } else if (chosen > folds) {
      throw new UsageException(
          String.format(Locale.ROOT, "Expected --fold of 1 to %d, found %d", folds, chosen));
    }
    return SplitRule.ofFold(chosen, folds, parts.stratify);
  }
}
