package org.epochflow.runners.cli;

import java.util.List;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.epochflow.model.train.TrainingConfig;
import org.jspecify.annotations.Nullable;

/** The options of {@code epochflow show}. */
public interface ShowOptions extends DataOptions, ClassNamesOptions, GeneralOptions {
  @Description("A run to show; several, each with an option of its own, are compared")
  @Shown("RUN")
  @Nullable List<String> getRun();

  void setRun(@Nullable List<String> value);

  @Description("A model whose layers to show: a .keras file or a run's folder")
  @Shown("FILE|RUN")
  @Nullable String getModel();

  void setModel(@Nullable String value);

  @Description("With --model and --data: the test image to follow through the network, from 0")
  @Range(atLeast = 0)
  @Shown(fallback = "none")
  @Nullable Integer getIndex();

  void setIndex(@Nullable Integer value);

  @Description("How many training images to show of --data")
  @Default.Integer(50)
  @Range(atLeast = 1, atMost = 10000)
  int getCount();

  void setCount(int value);

  @Description("Decides which images are shown")
  @Default.Long(TrainingConfig.DEFAULT_SEED)
  long getSeed();

  void setSeed(long value);

  @Description("Show images of this label alone")
  @Range(atLeast = 0, atMost = 255)
  @Shown(fallback = "any")
  @Nullable Integer getLabel();

  void setLabel(@Nullable Integer value);

  @Description("Folder for pictures and pages")
  @Shown(value = "DIR", fallback = "runs/0002-show, the next free number")
  @Nullable String getOutput();

  void setOutput(@Nullable String value);
}
