package org.epochflow.model.train;

import java.io.Serializable;

/**
 * Which part of the training files validates: a share of them, or one fold of several.
 *
 * @param validation the share, above 0 and below 1; {@code ceil(validation * n)} of n examples. Of
 *     folds it is {@code 1 / folds}
 * @param stratify whether every class has its exact share, to less than one example
 * @param folds into how many parts the examples are cut, 2 or more, of which one validates; 0 where
 *     a share validates
 * @param fold which of them, from 1; 0 where a share validates
 */
public record SplitRule(double validation, boolean stratify, int folds, int fold)
    implements Serializable {
  public static final double DEFAULT_VALIDATION = 0.2;

  public SplitRule {
    if (!(validation > 0 && validation < 1)) {
      throw new IllegalArgumentException(
          "Expected validationSplit above 0 and below 1, found " + validation);
    }
    if (folds != 0 && (folds < 2 || validation != 1.0 / folds)) {
      throw new IllegalArgumentException(
          "Expected folds of 2 or more, each to validate on 1 / folds, found %d and %s"
              .formatted(folds, validation));
    }
    if (fold < Math.min(1, folds) || fold > folds) {
      throw new IllegalArgumentException(
          "Expected fold of 1 to %d, found %d".formatted(folds, fold));
    }
  }

  /** A share of the examples validates. */
  public SplitRule(double validation, boolean stratify) {
    this(validation, stratify, 0, 0);
  }

  /** Of several folds, one validates and the others train. */
  public static SplitRule ofFold(int fold, int folds, boolean stratify) {
    return new SplitRule(1.0 / folds, stratify, folds, fold);
  }
}
