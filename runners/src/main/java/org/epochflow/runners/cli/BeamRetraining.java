package org.epochflow.runners.cli;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.pipeline.execute.WatchedExecution;
import org.epochflow.pipeline.registry.Gates;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.runners.report.ReportListener;
import org.jspecify.annotations.Nullable;

/** A retraining on the runner that its options name. */
record BeamRetraining(
    BeamPipelines pipelines,
    RetrainOptions options,
    TrainingConfigs configs,
    Consumer<String> notices) {
  Retraining.Night run(
      ProgressListener terminal, List<TrainingListener> listeners, Consumer<LedgerEntry> told)
      throws IOException {
    Registry registry = new Registry(DataFolders.absolute(options.getRegistry()));
    Retraining.Night night =
        new Retraining(registry, Clock.systemUTC(), listeners, told).run(() -> order(terminal));
    @Nullable Integer version = night.decision().version();
    if (version != null && !night.nothingNew()) {
      report(registry.run(version));
    }
    return night;
  }

  /** Writes the page of a run that has ended. */
  private void report(RunFolder folder) throws IOException {
    try (ReportListener report = new ReportListener(folder, notices)) {
      report.ended(folder.latest());
    }
  }

  private Retraining.Order order(ProgressListener terminal) throws IOException {
    String model = options.getModel();
    String start =
        Models.isSaved(model) ? ParametersHash.sha256(Models.read(model).parameters()) : "new";
    return new Retraining.Order(
        new DataFiles(ExampleFiles.train(options).pairs(), ExampleFiles.test(options).pairs()),
        Models.classes(options),
        options.getMaxRejected(),
        "%s\nstart=%s\nwarmStart=%s\nmaxRejected=%d"
            .formatted(configs.identity(), start, options.isWarmStart(), options.getMaxRejected()),
        options.isWarmStart(),
        options.isForce(),
        new Gates(options.getMinAccuracy(), options.getMinImprovement(), options.getMaxClassDrop()),
        options.getMaxDrift(),
        new Start(options, configs),
        () ->
            new WatchedExecution(
                pipelines.execution(options, DataFolders.absolute(options.getRegistry())),
                terminal));
  }
}
