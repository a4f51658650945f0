package org.epochflow.runners.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.format.ArchitectureJson;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Presets;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.experiment.CrossValidation;
import org.epochflow.pipeline.experiment.Rungs;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.Tuning;
import org.epochflow.pipeline.ingest.PreparedData;
import org.epochflow.pipeline.io.DataFiles;
import org.epochflow.pipeline.io.Storage;
import org.epochflow.pipeline.registry.Gates;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.pipeline.run.EvaluationRun;
import org.epochflow.pipeline.run.Execution;
import org.epochflow.pipeline.run.PredictionRun;
import org.epochflow.pipeline.run.ProgressListener;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.run.RunFolder;
import org.epochflow.pipeline.run.RunnerExecution;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.run.WatchedExecution;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.epochflow.runners.flink.FlinkExecution;
import org.epochflow.runners.flink.Retries;
import org.epochflow.runners.report.ReportListener;
import org.jspecify.annotations.Nullable;

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
    return path.endsWith(".json")
        ? ArchitectureJson.read(new String(Storage.read(path), StandardCharsets.UTF_8), path)
        : TrainingRun.read(modelFile(path)).architecture();
  }

  @Override
  public List<String> classNames(String path) throws IOException {
    return path.endsWith(".json")
        ? ClassNames.numbers(architecture(path).classes())
        : model(path).classNames();
  }

  /** The model that is named by its file or by its run. */
  static SavedModel model(String path) throws IOException {
    return TrainingRun.read(modelFile(path));
  }

  /** The file of a model that is named by itself or by its run. */
  private static String modelFile(String path) throws IOException {
    RunFolder folder = new RunFolder(DataFolders.absolute(path));
    if (!folder.isRun()) {
      if (!path.contains("://") && Files.isDirectory(Path.of(path))) {
        throw new UsageException(
            "Expected --model to be a file or a run, found the folder " + path);
      }
      return DataFolders.absolute(path);
    } else if (!Storage.exists(folder.bestModel())) {
      throw new UsageException("Expected a run with a best model, found none yet: " + path);
    }
    return folder.bestModel();
  }

  @Override
  public boolean isRun(String folder) throws IOException {
    return new RunFolder(DataFolders.absolute(folder)).isRun();
  }

  @Override
  public Trained train(
      Training training, ProgressListener terminal, List<TrainingListener> listeners)
      throws IOException {
    RunFolder folder = new RunFolder(DataFolders.absolute(training.output()));
    if (folder.isRun() && !training.options().isResume()) {
      throw new UsageException(
          "Expected an --output folder without a run, found one: %s; --resume goes on with it"
              .formatted(training.output()));
    }
    Execution execution = execution(training.options(), folder.path());
    try (ReportListener report = new ReportListener(folder, notices)) {
      List<TrainingListener> all = new ArrayList<>(listeners);
      all.add(report);
      TrainingRun run =
          new TrainingRun(
              folder, new WatchedExecution(execution, terminal), threads(training.options()), all);
      if (!folder.isRun() && execution instanceof FlinkExecution flink) {
        flink.advice(training.options().getReplicas()).ifPresent(notices);
      }
      Trained trained = folder.isRun() ? resume(training, folder, run) : begin(training, run);
      report.ended(trained.state());
      return trained;
    }
  }

  private Trained begin(Training training, TrainingRun run) throws IOException {
    ExampleFiles train = training.train().orElseThrow();
    DataFiles files = new DataFiles(train.pairs(), training.test().orElseThrow().pairs());
    long maxRejected = training.options().getMaxRejected();
    PreparedData data = run.prepare(files, classes(training.options()), maxRejected);
    TrainingState state =
        run.begin(data, files, maxRejected, beginning(training.options(), training.configs()));
    return goOn(state, data, run, training.output());
  }

  /** How many classes the model that is to be trained has. */
  int classes(ModelOptions options) throws IOException {
    String model = options.getModel();
    return Presets.NAMES.contains(model) ? options.getClasses() : architecture(model).classes();
  }

  static TrainingRun.Beginning beginning(ModelOptions options, TrainingConfigs configs) {
    return new TrainingRun.Beginning() {
      @Override
      public TrainingConfig config(Shape image) throws IOException {
        return configs.begin(image);
      }

      @Override
      public TrainingConfig config(Shape image, SavedModel start) throws IOException {
        return configs.begin(image, start.classNames());
      }

      @Override
      public float[] parameters(TrainingConfig config) throws IOException {
        String model = options.getModel();
        return isSaved(model)
            ? BeamPipelines.parameters(model)
            : Initializer.glorotUniform(config.architecture(), config.seed());
      }
    };
  }

  private static float[] parameters(String model) throws IOException {
    return TrainingRun.read(modelFile(model)).parameters();
  }

  /** Whether a model has weights to start from. */
  private static boolean isSaved(String model) {
    return !Presets.NAMES.contains(model) && !model.endsWith(".json");
  }

  private Trained resume(Training training, RunFolder folder, TrainingRun run) throws IOException {
    RunConfig saved = folder.config();
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
    folder.configure(saved.movedTo(state.config(), files));
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

  @Override
  public Evaluation evaluate(
      EvaluateOptions options, ProgressListener terminal, ExampleFiles examples, String output)
      throws IOException {
    String path = modelFile(options.getModel());
    SavedModel model = TrainingRun.read(path);
    Execution execution =
        new WatchedExecution(execution(options, DataFolders.absolute(output)), terminal);
    List<String> names = NamedClasses.of(options.getClassNames(), model.classNames());
    EvaluationRun run = new EvaluationRun(execution, path, model, names, kernels(model));
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
    String path = modelFile(options.getModel());
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
            model,
            kernels(model));
    var predicted = run.run(images, DataFolders.absolute(output));
    return new Predicted(
        predicted.images(), predicted.files().stream().map(name -> output + "/" + name).toList());
  }

  /** The arithmetic that a model was trained with, where that is known. */
  private static String kernels(SavedModel model) {
    return model.state().map(state -> state.config().kernels()).orElseGet(Kernels::auto);
  }

  private static ReplicaThreads threads(TrainOptions options) {
    @Nullable Integer threads = options.getThreads();
    return new ReplicaThreads(threads == null ? 0 : threads, RunnerDefaults.parallelism(options));
  }

  @Override
  public Retraining.Night retrain(
      RetrainOptions options,
      TrainingConfigs configs,
      ProgressListener terminal,
      List<TrainingListener> listeners,
      Consumer<LedgerEntry> told)
      throws IOException {
    Registry registry = new Registry(DataFolders.absolute(options.getRegistry()));
    Retraining.Night night =
        new Retraining(registry, Clock.systemUTC(), listeners, told)
            .run(() -> order(options, configs, terminal));
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

  private Retraining.Order order(
      RetrainOptions options, TrainingConfigs configs, ProgressListener terminal)
      throws IOException {
    String model = options.getModel();
    String start = isSaved(model) ? ParametersHash.sha256(parameters(model)) : "new";
    return new Retraining.Order(
        new DataFiles(ExampleFiles.train(options).pairs(), ExampleFiles.test(options).pairs()),
        classes(options),
        options.getMaxRejected(),
        "%s\nstart=%s\nwarmStart=%s\nmaxRejected=%d"
            .formatted(configs.identity(), start, options.isWarmStart(), options.getMaxRejected()),
        options.isWarmStart(),
        options.isForce(),
        new Gates(options.getMinAccuracy(), options.getMinImprovement(), options.getMaxClassDrop()),
        options.getMaxDrift(),
        beginning(options, configs),
        () ->
            new WatchedExecution(
                execution(options, DataFolders.absolute(options.getRegistry())), terminal));
  }

  @Override
  public Execution execution(PipelineOptions options, String folder) throws IOException {
    if (!RunnerDefaults.isFlink(options)) {
      return new RunnerExecution(options);
    }
    ClusterOptions cluster = options.as(ClusterOptions.class);
    Duration silence = Duration.ofMinutes(cluster.getRetryMinutes());
    return FlinkExecution.connect(
        options, folder, new Retries(cluster.getEpochRetries(), silence, notices));
  }

  @Override
  public Optional<String> asked(String verb, String output) throws IOException {
    return BeamExperiments.folder(verb, output).asked();
  }

  @Override
  public Tuning.Result tune(
      Experiment experiment, Rungs rungs, ProgressListener terminal, List<TrialListener> listeners)
      throws IOException {
    return new BeamExperiments(this, experiment, terminal, listeners).tune(rungs);
  }

  @Override
  public CrossValidation.Result crossvalidate(
      Experiment experiment, ProgressListener terminal, List<TrialListener> listeners)
      throws IOException {
    return new BeamExperiments(this, experiment, terminal, listeners).crossvalidate();
  }
}
