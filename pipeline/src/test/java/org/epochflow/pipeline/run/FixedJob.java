package org.epochflow.pipeline.run;

import java.util.Optional;
import java.util.Set;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.RejectionBudget;

/** A training whose configuration is known before the data. */
public final class FixedJob {
  private FixedJob() {}

  /** With new parameters. */
  public static TrainingJob of(TrainingConfig config, DataFiles files, long maxRejected) {
    return new TrainingJob(
        new StartingModel(
            "--model=" + config.architecture().name(),
            config.architecture().classes(),
            (image, pixels) -> config.architecture(),
            Optional.empty(),
            false),
        (network, preprocessing, names) -> config,
        Optional.of(files),
        RejectionBudget.ofCount(maxRejected),
        Set.of());
  }

  /** The same, asked for by the names of some settings. */
  public static TrainingJob given(TrainingJob job, String... names) {
    return new TrainingJob(
        job.model(), job.settings(), job.files(), job.maxRejected(), Set.of(names));
  }
}
