package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.IdxIO;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.evaluate.ExportMisclassified;
import org.epochflow.pipeline.evaluate.PredictBlocks;
import org.epochflow.pipeline.evaluate.Prediction;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.Csv;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.Metrics;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.Outcome;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.pipeline.train.SplitTrainValidation;
import org.jspecify.annotations.Nullable;

/**
 * A cross-validation: trains the folds in parallel, then has each fold's best model predict the
 * examples that it did not train on, so that every example is predicted once.
 */
public final class CrossValidation {
  private final Experiment experiment;
  private final ExperimentFolder folder;

  public CrossValidation(Experiment experiment, ExperimentFolder folder) {
    this.experiment = experiment;
    this.folder = folder;
  }

  /**
   * The result.
   *
   * @param all the results of all examples, each predicted by the model that had not seen it; empty
   *     if a fold has no best model
   */
  public record Result(List<TrialResult> folds, Optional<Evaluation> all) {
    public Result {
      folds = List.copyOf(folds);
    }
  }

  /** Begins or continues a cross-validation in a folder. */
  public static Result run(
      ExperimentJob job,
      ExperimentFolder folder,
      Execution execution,
      Listeners<TrialListener> listeners)
      throws IOException {
    try (Lease lease = folder.lease()) {
      Experiment.Begun begun = Experiment.begin(job, folder, execution, listeners);
      Result result = new CrossValidation(begun.experiment(), folder).run(begun.trials());
      lease.requireHeld();
      begun.experiment().end(result.folds(), result.all());
      return result;
    }
  }

  /**
   * Trains the folds, each a run already, and predicts every example by the model that has not seen
   * it. Writes {@code folds.csv}, {@code out_of_fold_predictions.csv}, each fold's {@code
   * misclassified/} and {@code metrics.json}, and last the one of all.
   */
  public Result run(List<Trial> trials) throws IOException {
    List<TrialResult> folds = experiment.train("folds", trials, Integer.MAX_VALUE);
    ResultsCsv.writeFolds(folder.path() + "/folds.csv", folds);
    boolean usable = folds.stream().allMatch(fold -> fold.best().isPresent());
    return new Result(folds, usable ? Optional.of(evaluate(folds)) : Optional.empty());
  }

  private void writePredictions(
      List<TrialResult> folds, List<List<Prediction>> predictions, int classes) throws IOException {
    List<String> columns = new ArrayList<>(List.of("fold"));
    columns.addAll(Prediction.columns(classes));
    Csv.write(
        folder.path() + "/out_of_fold_predictions.csv",
        columns,
        csv -> {
          for (int i = 0; i < folds.size(); i++) {
            for (Prediction prediction : predictions.get(i)) {
              csv.print(folds.get(i).trial().number());
              csv.printRecord(prediction.values());
            }
          }
        });
  }

  private Evaluation evaluate(List<TrialResult> folds) throws IOException {
    int classes = folds.get(0).config().architecture().classes();
    List<Evaluation> evaluations = new ArrayList<>();
    List<List<Prediction>> predictions = predict(folds);
    for (int i = 0; i < folds.size(); i++) {
      evaluations.add(Evaluation.of(folds.get(i).config().loss(), classes, predictions.get(i)));
      finish(folds.get(i), evaluations.get(i));
    }
    writePredictions(folds, predictions, classes);
    Evaluation all = Evaluation.merge(classes, evaluations);
    folder.write(
        "metrics.json",
        new Metrics("out_of_fold", all.tally(), all.quality(), topK(folds.get(0)))
            .withMean("val_loss", evaluations.stream().map(e -> e.tally().loss()).toList())
            .withMean("val_accuracy", evaluations.stream().map(e -> e.tally().accuracy()).toList())
            .withMean("val_f1", evaluations.stream().map(e -> e.confusion().macro().f1()).toList())
            .withMean(
                "val_ece",
                evaluations.stream().map(e -> e.quality().calibration().error()).toList())
            .toJson());
    return all;
  }

  private static @Nullable Integer topK(TrialResult fold) {
    return fold.config().stopping().topK();
  }

  private void finish(TrialResult fold, Evaluation evaluation) throws IOException {
    RunFolder run = fold.trial().run();
    new ExportMisclassified(
            experiment.data().train(), run.misclassified(), fold.config().classNames())
        .write(evaluation);
    run.finish(
        new Metrics("validation", evaluation.tally(), evaluation.quality(), topK(fold))
            .withParameters(ModelFile.read(run.bestModel()).parameters())
            .withTraining(run.latest(), experiment.data().trainExamples(fold.config())));
  }

  /** The predictions of each fold's validation examples, by index. */
  private List<List<Prediction>> predict(List<TrialResult> folds) throws IOException {
    long expected = experiment.data().dataSet().train().examples();
    experiment
        .execution()
        .run(
            "out of fold",
            pipeline -> graph(pipeline, folds),
            new Execution.Task("Predicting", PredictBlocks.examplesMetric(), expected));
    List<List<Prediction>> all = new ArrayList<>();
    BitSet seen = new BitSet();
    for (TrialResult fold : folds) {
      List<Prediction> predictions =
          outcome(fold).read().stream()
              .flatMap(List::stream)
              .sorted(Comparator.comparingLong(Prediction::index))
              .toList();
      predictions.forEach(prediction -> seen.set((int) prediction.index()));
      all.add(predictions);
    }
    Storage.deleteAll(folder.work());
    long found = all.stream().mapToLong(List::size).sum();
    if (found != expected || seen.cardinality() != expected) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Expected each of %d examples to be predicted once, found %d predictions of %d"
                  + " examples",
              expected,
              found,
              seen.cardinality()));
    }
    return all;
  }

  private void graph(Pipeline pipeline, List<TrialResult> folds) {
    PreparedData data = experiment.data();
    for (TrialResult fold : folds) {
      String name = "Fold" + fold.trial().number();
      pipeline
          .apply(
              name + "Predict",
              IdxIO.read(data.train()).each(predict(data, fold), PredictBlocks.CODER))
          .apply(name + "Write", outcome(fold).write());
    }
  }

  /** The predictions of a block's examples that a fold did not train on. */
  private static SerializableFunction<Block, List<Prediction>> predict(
      PreparedData data, TrialResult fold) {
    TrainingConfig config = fold.config();
    SerializableFunction<Block, Block> validation = SplitTrainValidation.validation(data, config);
    SerializableFunction<Block, List<Prediction>> predict =
        PredictBlocks.blocks(
            fold.trial().run().bestModel(),
            config.preprocessing(),
            config.architecture().classes(),
            config.kernels());
    return block -> predict.apply(validation.apply(block));
  }

  private Outcome<List<Prediction>> outcome(TrialResult fold) {
    return new Outcome<>(
        String.format(Locale.ROOT, "%s/fold-%d.predictions", folder.work(), fold.trial().number()),
        PredictBlocks.CODER);
  }
}
