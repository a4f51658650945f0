package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** What classes are called where they are shown. */
public interface ClassNamesOptions extends PipelineOptions {
  @Description(
      "What the classes are called, in the order of their labels: mnist, fashion-mnist, names with"
          + " commas between them, or a file with a name a line; kept in a model that is trained")
  @Shown(value = "A,B,C|FILE", fallback = "those of the model, or their labels")
  @Nullable String getClassNames();

  void setClassNames(@Nullable String value);
}
