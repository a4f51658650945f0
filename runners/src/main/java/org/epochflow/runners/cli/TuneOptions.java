package org.epochflow.runners.cli;

/** The options of {@code epochflow tune}. */
public interface TuneOptions
    extends TuningOptions,
        DataOptions,
        SplitOptions,
        ModelOptions,
        ClassNamesOptions,
        TrainingOptions,
        ExperimentOptions,
        ClusterOptions,
        GeneralOptions {}
