package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.Validation;

/** The registry's folder. */
public interface RegistryOptions extends PipelineOptions {
  @Description("The registry's folder: versions, ledger and champion")
  @Validation.Required
  @Shown("DIR")
  String getRegistry();

  void setRegistry(String value);
}
