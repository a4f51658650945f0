package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.Validation;
import org.jspecify.annotations.Nullable;

/** The options of {@code epochflow predict}. */
public interface PredictOptions extends ClusterOptions, GeneralOptions {
  @Description(
      "IDX images without labels, gzipped or not; the files that a pattern matches are one"
          + " sequence, in the order of their paths")
  @Validation.Required
  @Shown("FILES")
  String getImages();

  void setImages(String value);

  @Description("The model that predicts: a .keras file or a run's folder")
  @Validation.Required
  @Shown("FILE|RUN")
  String getModel();

  void setModel(String value);

  @Description("Folder for the predictions")
  @Shown(value = "DIR", fallback = "runs/0003-predictions, the next free number")
  @Nullable String getOutput();

  void setOutput(@Nullable String value);
}
