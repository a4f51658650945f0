package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.epochflow.model.train.SplitRule;
import org.jspecify.annotations.Nullable;

/** Which of the training files' examples validate. A model that is trained keeps its split. */
public interface SplitOptions extends FoldsOptions {
  @Description("Share of the training files' examples that validates")
  @Default.Double(SplitRule.DEFAULT_VALIDATION)
  @Range(above = 0, below = 1)
  double getValidationSplit();

  void setValidationSplit(double value);

  @Description("Which of --folds validates, from 1, in place of a share")
  @Range(atLeast = 1)
  @Shown("I")
  @Nullable Integer getFold();

  void setFold(@Nullable Integer value);
}
