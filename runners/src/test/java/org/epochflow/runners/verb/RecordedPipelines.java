package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.model.metric.ConfusionMatrix;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Padding;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.pipeline.experiment.CrossValidation;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.TrialResult;
import org.epochflow.pipeline.experiment.Tuning;
import org.epochflow.pipeline.registry.Decision;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.TrainingConfigs;
import org.epochflow.runners.request.TrialPlan;
import org.epochflow.runners.request.TuningPlan;

/** Pipelines that train nothing: they keep what they were asked, for 28x28 images. */
public final class RecordedPipelines implements Pipelines {
  static final Shape IMAGE = Shape.of(28, 28);
  public final List<Training> trainings = new ArrayList<>();
  final List<Evaluate> evaluations = new ArrayList<>();
  final List<Experiment> experiments = new ArrayList<>();
  final List<TuningPlan> plans = new ArrayList<>();
  Optional<String> asked = Optional.empty();
  final List<String> retrainings = new ArrayList<>();
  public float validationLoss = 0.25f;
  LedgerEntry decision =
      new LedgerEntry(
          7, "2026-11-23T02:30:00Z", Decision.PROMOTED, 5, "better", null, null, null, null);
  boolean nothingNew;

  @Override
  public Architecture architecture(String path) {
    return Presets.cnn(Shape.of(32, 32, 3), 10, 0.2, Padding.VALID, 1);
  }

  @Override
  public List<String> classNames(String path) {
    return List.of("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine");
  }

  @Override
  public boolean isRun(String folder) {
    return true;
  }

  @Override
  public Trained train(
      Training training,
      PipelineOptions runner,
      ProgressListener terminal,
      List<TrainingListener> listeners)
      throws IOException {
    trainings.add(training);
    TrainingState state =
        TrainingState.begin(training.configs().begin(IMAGE), new float[0])
            .next(
                new EpochResult(
                    ModelState.startingFrom(new float[0], 0),
                    Tally.of(0.5f, true),
                    Tally.of(validationLoss, true),
                    1,
                    1));
    listeners.forEach(listener -> listener.epochEnded(state));
    return new Trained(state, Optional.of(evaluation("metrics.json")));
  }

  @Override
  public Evaluation evaluate(
      Evaluate verb,
      PipelineOptions runner,
      ProgressListener terminal,
      ExampleFiles examples,
      String output) {
    evaluations.add(verb);
    return evaluation(examples.pairs().get(0).images());
  }

  @Override
  public Execution execution(PipelineOptions runner, ClusterOptions cluster, String folder) {
    throw new UnsupportedOperationException("Nothing runs here");
  }

  @Override
  public Predicted predict(
      Predict verb, PipelineOptions runner, ProgressListener terminal, String output) {
    return new Predicted(1, List.of(verb.images));
  }

  @Override
  public Optional<String> asked(String verb, String output) {
    return asked;
  }

  @Override
  public Tuning.Result tune(
      Experiment experiment,
      TuningPlan plan,
      ProgressListener terminal,
      List<TrialListener> listeners)
      throws IOException {
    experiments.add(experiment);
    plans.add(plan);
    return new Tuning.Result(
        List.of(result(experiment)),
        Optional.of(org.epochflow.pipeline.evaluate.Evaluation.merge(10, List.of())));
  }

  @Override
  public CrossValidation.Result crossvalidate(
      Experiment experiment, ProgressListener terminal, List<TrialListener> listeners)
      throws IOException {
    experiments.add(experiment);
    return new CrossValidation.Result(List.of(result(experiment)), Optional.empty());
  }

  /** As if every trial were the first and had one epoch. */
  private static TrialResult result(Experiment experiment) throws IOException {
    TrialPlan first = experiment.trials().get(0);
    return new TrialResult(
        new Trial(1, first.replaced(), new RunFolder(experiment.output() + "/trials/0001")),
        first.configs().begin(IMAGE),
        List.of(new EpochRow(0, 0.5, 1, 0.25, 2, 0.001, 1, 1)),
        Optional.of(StopReason.EPOCHS),
        "abc");
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
    retrainings.add(configs.identity());
    told.accept(decision);
    return new Retraining.Night(decision, nothingNew);
  }

  private static Evaluation evaluation(String output) {
    return new Evaluation(
        Tally.of(0.5f, true),
        ConfusionMatrix.empty(2).plus(1, 1),
        List.of("0", "1"),
        List.of(output));
  }
}
