package org.epochflow.runners.option;

import picocli.CommandLine.Mixin;

/** What decides a training: its data, its split and its configuration. */
public final class ConfigOptions {
  @Mixin public final DataOptions data = new DataOptions();
  @Mixin public final UnusableRecordsOptions unusable = new UnusableRecordsOptions();
  @Mixin public final SplitOptions split = new SplitOptions();
  @Mixin public final FoldsOptions folds = new FoldsOptions();
  @Mixin public final ModelOptions model = new ModelOptions();
  @Mixin public final ClassNamesOptions classNames = new ClassNamesOptions();
  @Mixin public final TrainingOptions training = new TrainingOptions();
  @Mixin public final OptimizerOptions optimizer = new OptimizerOptions();
}
