package org.epochflow.runners.cli;

/** The options of {@code epochflow crossvalidate}. */
public interface CrossvalidateOptions
    extends FoldsOptions,
        DataOptions,
        ModelOptions,
        ClassNamesOptions,
        TrainingOptions,
        ExperimentOptions,
        ClusterOptions,
        GeneralOptions {}
