package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** The options of {@code epochflow registry show}. */
public interface RegistryShowOptions extends RegistryOptions, GeneralOptions {
  @Description("Show what was decided of this version alone")
  @Range(atLeast = 1)
  @Nullable Integer getVersion();

  void setVersion(@Nullable Integer value);

  @Description("Write a page over the whole registry, in one file")
  @Shown("FILE")
  @Nullable String getHtml();

  void setHtml(@Nullable String value);
}
