package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;

/** The options of {@code epochflow registry promote}. */
public interface RegistryPromoteOptions extends RegistryOrderOptions {
  @Description("The version to make the champion")
  @Validation.Required
  @Range(atLeast = 1)
  Integer getVersion();

  void setVersion(Integer value);
}
