package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** What a new version must do on the test data to become the champion. */
public interface GateOptions extends PipelineOptions {
  @Description("The least test accuracy")
  @Range(atLeast = 0, atMost = 1)
  @Shown(fallback = "none")
  @Nullable Double getMinAccuracy();

  void setMinAccuracy(@Nullable Double value);

  @Description(
      "By how much its test accuracy must at least be above the champion's on the same data")
  @Range(atLeast = -1, atMost = 1)
  @Shown(fallback = "strictly better; 0 takes an equal one")
  @Nullable Double getMinImprovement();

  void setMinImprovement(@Nullable Double value);

  @Description("How much lower the share of right answers in a class may be than the champion's")
  @Range(atLeast = 0, atMost = 1)
  @Shown(fallback = "any")
  @Nullable Double getMaxClassDrop();

  void setMaxClassDrop(@Nullable Double value);
}
