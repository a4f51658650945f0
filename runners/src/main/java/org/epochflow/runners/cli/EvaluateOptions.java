package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;
import org.jspecify.annotations.Nullable;

/** The options of {@code epochflow evaluate}. */
public interface EvaluateOptions
    extends DataOptions, ClassNamesOptions, ClusterOptions, GeneralOptions {
  @Description("The model to evaluate: a .keras file or a run's folder")
  @Validation.Required
  @Shown("FILE|RUN")
  String getModel();

  void setModel(String value);

  @Description("Folder for the figures and the misclassified examples")
  @Shown(value = "DIR", fallback = "runs/0002-evaluation, the next free number")
  @Nullable String getOutput();

  void setOutput(@Nullable String value);

  @Description("Evaluate on the validation part, as the model was trained, not on the test files")
  @Default.Boolean(false)
  boolean isValidation();

  void setValidation(boolean value);
}
