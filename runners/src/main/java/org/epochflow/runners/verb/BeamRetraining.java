package org.epochflow.runners.verb;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
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
import org.epochflow.runners.request.DataFolders;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.Start;
import org.epochflow.runners.request.TrainingConfigs;
import org.jspecify.annotations.Nullable;

/** A retraining on the runner that its options name. */
record BeamRetraining(
    BeamPipelines pipelines,
    Retrain verb,
    PipelineOptions runner,
    TrainingConfigs configs,
    Consumer<String> notices) {
  Retraining.Night run(
      ProgressListener terminal, List<TrainingListener> listeners, Consumer<LedgerEntry> told)
      throws IOException {
    Registry registry = new Registry(DataFolders.absolute(verb.registry.registry));
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
    String model = verb.config.model.model;
    String start =
        Models.isSaved(model) ? ParametersHash.sha256(Models.read(model).parameters()) : "new";
    return new Retraining.Order(
        new DataFiles(
            ExampleFiles.train(verb.config.data).pairs(),
            ExampleFiles.test(verb.config.data).pairs()),
        Models.classes(verb.config.model),
        verb.config.data.maxRejected,
        "%s\nstart=%s\nwarmStart=%s\nmaxRejected=%d"
            .formatted(configs.identity(), start, verb.warmStart, verb.config.data.maxRejected),
        verb.warmStart,
        verb.force,
        new Gates(verb.gates.minAccuracy, verb.gates.minImprovement, verb.gates.maxClassDrop),
        verb.maxDrift,
        new Start(verb.config.model, configs),
        () ->
            new WatchedExecution(
                pipelines.execution(
                    runner, verb.cluster, DataFolders.absolute(verb.registry.registry)),
                terminal));
  }
}
