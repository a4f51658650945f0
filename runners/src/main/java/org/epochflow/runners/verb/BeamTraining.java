package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.pipeline.execute.WatchedExecution;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.epochflow.runners.flink.FlinkExecution;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.report.ReportListener;
import org.epochflow.runners.request.DataFolders;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.RunnerDefaults;
import org.epochflow.runners.request.Start;
import org.epochflow.runners.verb.Pipelines.Evaluation;
import org.epochflow.runners.verb.Pipelines.Trained;
import org.epochflow.runners.verb.Pipelines.Training;
import org.jspecify.annotations.Nullable;

/** A training on the runner that its options name. */
record BeamTraining(
    BeamPipelines pipelines, Training training, PipelineOptions runner, Consumer<String> notices) {
  Trained train(ProgressListener terminal, List<TrainingListener> listeners) throws IOException {
    RunFolder folder = new RunFolder(DataFolders.absolute(training.output()));
    if (folder.isRun() && !training.verb().run.resume) {
      throw new UsageException(
          "Expected an --output folder without a run, found one: %s; --resume continues it"
              .formatted(training.output()));
    }
    Execution execution = pipelines.execution(runner, training.verb().cluster, folder.path());
    try (ReportListener report = new ReportListener(folder, notices)) {
      List<TrainingListener> all = new ArrayList<>(listeners);
      all.add(report);
      TrainingRun run =
          new TrainingRun(folder, new WatchedExecution(execution, terminal), threads(), all);
      if (!folder.isRun() && execution instanceof FlinkExecution flink) {
        flink.advice(training.verb().config.training.replicas).ifPresent(notices);
      }
      Trained trained = folder.isRun() ? resume(folder, run) : begin(run);
      report.ended(trained.state());
      return trained;
    }
  }

  private Trained begin(TrainingRun run) throws IOException {
    ExampleFiles train = training.train().orElseThrow();
    DataFiles files = new DataFiles(train.pairs(), training.test().orElseThrow().pairs());
    long maxRejected = training.verb().config.data.maxRejected;
    Start start = new Start(training.verb().config.model, training.configs());
    int classes = Models.classes(training.verb().config.model);
    PreparedData data = run.prepare(files, classes, maxRejected, start);
    TrainingState state = run.begin(data, files, maxRejected, start);
    return goOn(state, data, run, training.output());
  }

  private Trained resume(RunFolder folder, TrainingRun run) throws IOException {
    RunConfig saved = RunConfig.of(folder);
    TrainingState latest = folder.latest();
    int epochs = training.configs().resume(latest.config()).epochs();
    TrainingState state = latest.withEpochs(epochs);
    training.configs().requireSameBudget(saved.maxRejected());
    if (saved.data().test().isEmpty()) {
      throw new UsageException(
          "Expected a run of train, found one without test files, a fold of crossvalidate: "
              + training.output());
    }
    DataFiles files =
        training.train().isPresent()
            ? new DataFiles(training.train().get().pairs(), training.test().orElseThrow().pairs())
            : saved.data();
    if (state.stopped() && folder.isFinished()) {
      run.requireSame(saved, files);
      return new Trained(state, Optional.empty());
    }
    PreparedData data = run.prepareAgain(saved, files);
    folder.configure(saved.movedTo(state.config(), files).toJson());
    return goOn(state, data, run, training.output());
  }

  private static Trained goOn(
      TrainingState state, PreparedData data, TrainingRun run, String output) throws IOException {
    TrainingState stopped = run.train(state, data);
    return new Trained(
        stopped,
        run.finish(stopped, data)
            .map(
                evaluation ->
                    new Evaluation(
                        evaluation.tally(),
                        evaluation.confusion(),
                        state.config().classNames(),
                        List.of(
                            output + "/report.html",
                            output + "/metrics.json",
                            output + "/misclassified/misclassified.csv"))));
  }

  private ReplicaThreads threads() {
    @Nullable Integer threads = training.verb().run.threads;
    return new ReplicaThreads(threads == null ? 0 : threads, RunnerDefaults.parallelism(runner));
  }
}
