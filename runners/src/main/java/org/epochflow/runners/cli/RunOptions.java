package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.jspecify.annotations.Nullable;

/** The run's folder, and what changes its speed alone. */
public interface RunOptions extends PipelineOptions {
  @Description("The run's folder")
  @Shown(value = "RUN", fallback = "runs/0001-softmax, the next free number and the model's name")
  @Nullable String getOutput();

  void setOutput(@Nullable String value);

  @Description("Folder of this machine for TensorBoard's event files, in one of the run's name")
  @Shown(value = "DIR", fallback = "none")
  @Nullable String getTensorboard();

  void setTensorboard(@Nullable String value);

  @Description(
      "Go on with the run in --output; of what shaped it only --epochs may change, upwards")
  @Default.Boolean(false)
  boolean isResume();

  void setResume(boolean value);

  @Description("Threads that share each step of a replica; they change no bit, only the speed")
  @Range(atLeast = 1, atMost = 1024)
  @Shown(fallback = "the machine's processors over the replicas that run at once")
  @Nullable Integer getThreads();

  void setThreads(@Nullable Integer value);
}
