package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.jspecify.annotations.Nullable;

/** The options of {@code epochflow retrain}. */
public interface RetrainOptions
    extends RegistryOptions, GateOptions, ConfigOptions, ClusterOptions, GeneralOptions {
  @Description("Start from the champion's weights, where there is one, and not from new ones")
  @Default.Boolean(false)
  boolean isWarmStart();

  void setWarmStart(boolean value);

  @Description("Train though neither data nor configuration is new since the last attempt")
  @Default.Boolean(false)
  boolean isForce();

  void setForce(boolean value);

  @Description(
      "How far class balance, pixel mean or pixel deviation of the training data may be from the"
          + " champion's; beyond it nothing is trained, and the exit code is 4")
  @Range(atLeast = 0, atMost = 1)
  @Shown(fallback = "any")
  @Nullable Double getMaxDrift();

  void setMaxDrift(@Nullable Double value);

  @Description(
      "Shell command to run on a promotion or a failure, the ledger's line on its standard input")
  @Shown("COMMAND")
  @Nullable String getNotify();

  void setNotify(@Nullable String value);
}
