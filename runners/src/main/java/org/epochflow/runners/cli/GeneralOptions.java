package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** What every command takes. */
public interface GeneralOptions extends PipelineOptions {
  @Description("Take what is not typed from a file: a JSON object of options' values by name")
  @Shown("FILE")
  @Nullable String getOptions();

  void setOptions(@Nullable String value);

  @Description("Print errors and the outputs' paths alone")
  @Default.Boolean(false)
  boolean isQuiet();

  void setQuiet(boolean value);

  @Description("Print the libraries' log messages too, on standard error")
  @Default.Boolean(false)
  boolean isVerbose();

  void setVerbose(boolean value);
}
