package org.epochflow.runners.verb;

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
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.request.DataFolders;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.NamedClasses;
import org.epochflow.runners.request.RunnerDefaults;
import org.epochflow.runners.request.TrainingConfigs;
import org.epochflow.runners.request.TuningPlan;

/** The pipelines on the runner that the options name. */
public final class BeamPipelines implements Pipelines {
  private final Consumer<String> notices;

  /**
   * @param notices is told what a user should know while a pipeline runs
   */
  public BeamPipelines(Consumer<String> notices) {
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
      Training training,
      PipelineOptions runner,
      ProgressListener terminal,
      List<TrainingListener> listeners)
      throws IOException {
    return new BeamTraining(this, training, runner, notices).train(terminal, listeners);
  }

  @Override
  public Evaluation evaluate(
      Evaluate verb,
      PipelineOptions runner,
      ProgressListener terminal,
      ExampleFiles examples,
      String output)
      throws IOException {
    String path = Models.file(verb.model);
    SavedModel model = TrainingRun.read(path);
    Execution execution =
        new WatchedExecution(
            execution(runner, verb.cluster, DataFolders.absolute(output)), terminal);
    List<String> names = NamedClasses.of(verb.classNames.classNames, model.classNames());
    EvaluationRun run = new EvaluationRun(execution, path, model, names);
    DataFiles files =
        verb.validation
            ? new DataFiles(examples.pairs(), List.of())
            : new DataFiles(List.of(), examples.pairs());
    var evaluation = run.run(files, verb.data.maxRejected, DataFolders.absolute(output));
    return new Evaluation(
        evaluation.tally(),
        evaluation.confusion(),
        names,
        List.of(output + "/metrics.json", output + "/misclassified/misclassified.csv"));
  }

  @Override
  public Predicted predict(
      Predict verb, PipelineOptions runner, ProgressListener terminal, String output)
      throws IOException {
    String path = Models.file(verb.model);
    SavedModel model = TrainingRun.read(path);
    List<String> images =
        Storage.list(DataFolders.absolute(verb.images)).stream()
            .map(file -> file.resourceId().toString())
            .toList();
    if (images.isEmpty()) {
      throw new UsageException("No such file: --images=" + verb.images);
    }
    PredictionRun run =
        new PredictionRun(
            new WatchedExecution(
                execution(runner, verb.cluster, DataFolders.absolute(output)), terminal),
            path,
            model);
    var predicted = run.run(images, DataFolders.absolute(output));
    return new Predicted(
        predicted.images(), predicted.files().stream().map(name -> output + "/" + name).toList());
  }

  @Override
  public Retraining.Night retrain(
      Retrain verb,
      PipelineOptions runner,
      TrainingConfigs configs,
      ProgressListener terminal,
      List<TrainingListener> listeners,
      Consumer<LedgerEntry> told)
      throws IOException {
    return new BeamRetraining(this, verb, runner, configs, notices).run(terminal, listeners, told);
  }

  @Override
  public Execution execution(PipelineOptions runner, ClusterOptions cluster, String folder)
      throws IOException {
    if (!RunnerDefaults.isFlink(runner)) {
      return new DirectExecution(runner);
    }
    Duration silence = Duration.ofMinutes(cluster.retryMinutes);
    return FlinkExecution.connect(
        runner, folder, new Retries(cluster.epochRetries, silence, notices));
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
