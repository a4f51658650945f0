package org.epochflow.runners.cli;

/** What a training's configuration is made of. */
public interface ConfigOptions
    extends DataOptions, SplitOptions, ModelOptions, ClassNamesOptions, TrainingOptions {}
