package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** How the training files' examples are cut into parts. */
public interface FoldsOptions extends PipelineOptions {
  int DEFAULT_FOLDS = 5;

  @Description("Cut the training files' examples into folds, each of which validates once")
  @Range(atLeast = 2)
  @Shown(value = "K", fallback = DEFAULT_FOLDS + " in crossvalidate; train has none")
  @Nullable Integer getFolds();

  void setFolds(@Nullable Integer value);

  @Description("Give each part every class's exact share")
  @Default.Boolean(false)
  boolean isStratify();

  void setStratify(boolean value);
}
