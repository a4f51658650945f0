package org.epochflow.runners.cli;

/** The options of {@code epochflow train}. */
public interface TrainOptions extends ConfigOptions, RunOptions, ClusterOptions, GeneralOptions {}
