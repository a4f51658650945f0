package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** An experiment's folder. */
public interface ExperimentOptions extends PipelineOptions {
  @Description("The folder for all of it; each training is a run's folder within")
  @Shown(value = "DIR", fallback = "runs/0002-tune, the next free number and the verb")
  @Nullable String getOutput();

  void setOutput(@Nullable String value);

  @Description("Go on with what is in --output, whose options need not be typed again")
  @Default.Boolean(false)
  boolean isResume();

  void setResume(boolean value);
}
