package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.nn.layer.Presets;
import org.jspecify.annotations.Nullable;

/** The network to train. */
public interface ModelOptions extends PipelineOptions {
  int DEFAULT_CLASSES = 10;

  @Description(
      "A preset (softmax, mlp, cnn), an architecture (.json, of Keras's to_json), or a model to"
          + " start from (.keras, or a run's folder)")
  @Default.String("softmax")
  @Shown("NAME|FILE|RUN")
  String getModel();

  void setModel(String value);

  @Description("How many classes; a label beyond them is an error")
  @Default.Integer(DEFAULT_CLASSES)
  @Range(atLeast = 2)
  int getClasses();

  void setClasses(int value);

  @Description("Border of the preset cnn's convolutions")
  @Default.String("valid")
  @OneOf({"valid", "same"})
  String getPadding();

  void setPadding(String value);

  @Description("Multiplies the 32, 64 and 128 filters of the preset cnn")
  @Default.Double(1)
  @Range(above = 0, atMost = 64)
  double getFilterMultiplier();

  void setFilterMultiplier(double value);

  @Description("Share of the values that a preset's dropout layers drop")
  @Range(atLeast = 0, below = 1)
  @Shown(fallback = Presets.MLP_DROPOUT + " for mlp, " + Presets.CNN_DROPOUT + " for cnn")
  @Nullable Double getDropout();

  void setDropout(@Nullable Double value);
}
