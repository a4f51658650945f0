package org.epochflow.runners.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.pipeline.execute.WatchedExecution;
import org.epochflow.pipeline.experiment.CrossValidation;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.Tuning;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.pipeline.run.EvaluationRun;
import org.epochflow.pipeline.run.PredictionRun;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.direct.DirectExecution;
import org.epochflow.runners.flink.FlinkExecution;
import org.epochflow.runners.flink.Retries;

/** The pipelines on the runner that the options name. */
final class BeamPipelines implements Pipelines {
  private final Consumer<String> notices;

  /**
   * @param notices is told what a user should know while a pipeline runs
   */
  BeamPipelines(Consumer<String> notices) {
    this.notices = notices;
  }

  @Override
  public Architecture architecture(String path) throws IOException {
    return Models.architecture(path);
  }

  @Override
  public List<String> classNames(String path) throws IOException {
    return Models.classNames(path);
  }

  @Override
  public boolean isRun(String folder) throws IOException {
    return new RunFolder(DataFolders.absolute(folder)).isRun();
  }

  @Override
  public Trained train(
      Training training, ProgressListener terminal, List<TrainingListener> listeners)
      throws IOException {
    return new BeamTraining(this, training, notices).train(terminal, listeners);
  }

  @Override
  public Evaluation evaluate(
      EvaluateOptions options, ProgressListener terminal, ExampleFiles examples, String output)
      throws IOException {
    String path = Models.file(options.getModel());
    SavedModel model = TrainingRun.read(path);
    Execution execution =
        new WatchedExecution(execution(options, DataFolders.absolute(output)), terminal);
    List<String> names = NamedClasses.of(options.getClassNames(), model.classNames());
    EvaluationRun run = new EvaluationRun(execution, path, model, names);
    DataFiles files =
        options.isValidation()
            ? new DataFiles(examples.pairs(), List.of())
            : new DataFiles(List.of(), examples.pairs());
    var evaluation = run.run(files, options.getMaxRejected(), DataFolders.absolute(output));
    return new Evaluation(
        evaluation.tally(),
        evaluation.confusion(),
        names,
        List.of(output + "/metrics.json", output + "/misclassified/misclassified.csv"));
  }

  @Override
  public Predicted predict(PredictOptions options, ProgressListener terminal, String output)
      throws IOException {
    String path = Models.file(options.getModel());
    SavedModel model = TrainingRun.read(path);
    List<String> images =
        Storage.list(DataFolders.absolute(options.getImages())).stream()
            .map(file -> file.resourceId().toString())
            .toList();
    if (images.isEmpty()) {
      throw new UsageException("No such file: --images=" + options.getImages());
    }
    PredictionRun run =
        new PredictionRun(
            new WatchedExecution(execution(options, DataFolders.absolute(output)), terminal),
            path,
            model);
    var predicted = run.run(images, DataFolders.absolute(output));
    return new Predicted(
        predicted.images(), predicted.files().stream().map(name -> output + "/" + name).toList());
  }

  @Override
  public Retraining.Night retrain(
      RetrainOptions options,
      TrainingConfigs configs,
      ProgressListener terminal,
      List<TrainingListener> listeners,
      Consumer<LedgerEntry> told)
      throws IOException {
    return new BeamRetraining(this, options, configs, notices).run(terminal, listeners, told);
  }

  @Override
  public Execution execution(PipelineOptions options, String folder) throws IOException {
    PipelineOptions runners = RunnersOptions.of(options);
    if (!RunnerDefaults.isFlink(options)) {
      return new DirectExecution(runners);
    }
    ClusterOptions cluster = options.as(ClusterOptions.class);
    Duration silence = Duration.ofMinutes(cluster.getRetryMinutes());
    return FlinkExecution.connect(
        runners, folder, new Retries(cluster.getEpochRetries(), silence, notices));
  }

  @Override
  public Optional<String> asked(String verb, String output) throws IOException {
    return BeamExperiments.folder(verb, output).asked();
  }

  @Override
  public Tuning.Result tune(
      Experiment experiment,
      TuningPlan plan,
      ProgressListener terminal,
      List<TrialListener> listeners)
      throws IOException {
    return new BeamExperiments(this, experiment, terminal, listeners, notices).tune(plan);
  }

  @Override
  public CrossValidation.Result crossvalidate(
      Experiment experiment, ProgressListener terminal, List<TrialListener> listeners)
      throws IOException {
    return new BeamExperiments(this, experiment, terminal, listeners, notices).crossvalidate();
  }
}
