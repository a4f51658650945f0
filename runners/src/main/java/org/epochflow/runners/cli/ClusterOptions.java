package org.epochflow.runners.cli;

import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;

/** How long to go on with a cluster that does not. */
public interface ClusterOptions extends PipelineOptions {
  @Description("How often a job that Flink lost with a worker is run again")
  @Default.Integer(3)
  @Range(atLeast = 0)
  int getEpochRetries();

  void setEpochRetries(int value);

  @Description("How many minutes Flink's JobManager may be away while a run goes on")
  @Default.Integer(10)
  @Range(atLeast = 0)
  int getRetryMinutes();

  void setRetryMinutes(int value);
}
