package org.epochflow.model.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.io.Serializable;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which part of the training files validates: a share of them, or one fold of several.
 *
 * @param validationSplit the share, above 0 and below 1; {@code ceil(validationSplit * n)} of n
 *     examples. Null where a fold validates
 * @param folds into how many parts the examples are cut, 2 or more, of which one validates; 0 where
 *     a share validates
 * @param fold which of them, from 1; 0 if a share validates
 * @param stratify whether every class has its exact share, to less than one example
 */
public record SplitRule(
    @JsonInclude(Include.NON_NULL) @JsonProperty(isRequired = OptBoolean.FALSE)
        @Nullable Double validationSplit,
    @JsonInclude(Include.NON_DEFAULT) @JsonProperty(isRequired = OptBoolean.FALSE) int folds,
    @JsonInclude(Include.NON_DEFAULT) @JsonProperty(isRequired = OptBoolean.FALSE) int fold,
    boolean stratify)
    implements Serializable {
  public static final double DEFAULT_VALIDATION = 0.2;

  public SplitRule {
    if ((validationSplit == null) == (folds == 0)) {
      throw new IllegalArgumentException(
          "Expected validationSplit or folds, found " + (folds == 0 ? "neither" : "both"));
    } else if (validationSplit != null && !(validationSplit > 0 && validationSplit < 1)) {
      throw new IllegalArgumentException(
          "Expected validationSplit above 0 and below 1, found " + validationSplit);
    } else if (validationSplit == null && folds < 2) {
      throw new IllegalArgumentException("Expected folds of 2 or more, found " + folds);
    }
    if (fold < Math.min(1, folds) || fold > folds) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Expected fold of 1 to %d, found %d", folds, fold));
    }
  }

  /** A share of the examples validates. */
  public SplitRule(double validation, boolean stratify) {
    this(validation, 0, 0, stratify);
  }

  /** Of several folds, one validates and the others train. */
  public static SplitRule ofFold(int fold, int folds, boolean stratify) {
    return new SplitRule(null, folds, fold, stratify);
  }

  /** The share of the examples that validates. */
  public double validation() {
    return validationSplit != null ? validationSplit : 1.0 / folds;
  }
}
