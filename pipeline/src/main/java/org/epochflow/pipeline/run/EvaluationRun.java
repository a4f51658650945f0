package org.epochflow.pipeline.run;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Block;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.Fit;
import org.epochflow.pipeline.data.IdxIO;
import org.epochflow.pipeline.data.PrepareData;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.evaluate.EvaluateModel;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.evaluate.ExportMisclassified;
import org.epochflow.pipeline.evaluate.PredictBlocks;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.store.FolderInUseException;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.Metrics;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.pipeline.train.SplitTrainValidation;
import org.epochflow.pipeline.train.TrainingData;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of a saved model, from files to figures, on a Beam runner.
 *
 * @param path of the model, absolute
 * @param names of the classes
 */
public record EvaluationRun(
    Execution execution, String path, SavedModel model, List<String> names) {
  private static final String REJECTED = "/rejected.csv";

  public EvaluationRun {
    names = List.copyOf(names);
  }

  /**
   * Evaluates on files of records: all of the test files, or the validation part of the training
   * files, whichever there are. Writes {@code metrics.json}, {@code rejected.csv} and {@code
   * misclassified/}.
   *
   * @param topK the {@code k} of the top-k accuracy; null where none is asked for
   * @param output the folder for it; unpacked files are in one of their own within it, while it
   *     runs
   * @param warnings receives what a user should know, in a line
   */
  public Evaluation run(
      DataFiles files,
      RejectionBudget maxRejected,
      @Nullable Integer topK,
      String output,
      Consumer<String> warnings)
      throws IOException {
    if (new RunFolder(output).isRun()) {
      throw new FolderInUseException(
          "Expected an output folder other than a run's, found " + output);
    }
    boolean test = files.train().isEmpty();
    if (!test) {
      trainingConfig();
    }
    try (Lease lease = Lease.ofFolder(output);
        WorkFolder own = WorkFolder.in(output, lease)) {
      String work = own.path();
      PrepareData preparation =
          new PrepareData(files, model.architecture().classes(), model.classNames(), work);
      preparation.notices().forEach(warnings);
      PreparedData data = preparation.read(execution, maxRejected, counted -> {});
      requireFit(data);
      new ScaleCheck("The model " + path, model, model.preprocessing())
          .warning(test ? data.dataSet().test() : data.dataSet().train())
          .ifPresent(warnings);
      Evaluation evaluation = test ? test(data, work, output) : validation(data, work, output);
      lease.requireHeld();
      Storage.move(List.of(work + REJECTED), List.of(output + REJECTED));
      Storage.writeText(
          output + "/metrics.json",
          new Metrics(test ? "test" : "validation", evaluation.tally(), evaluation.quality(), topK)
              .withParameters(model.parameters())
              .toJson());
      return evaluation;
    }
  }

  /** The {@code k} of the top-k accuracy that its training asked for; null where it did not. */
  public @Nullable Integer topK() {
    return model.state().map(state -> state.config().stopping().topK()).orElse(null);
  }

  private void requireFit(PreparedData data) throws BadDataException {
    Fit.require(
        "the model " + path, model.preprocessing(), model.architecture().input(), data.images());
  }

  /** Evaluates on the test examples and exports the mistakes. */
  Evaluation test(PreparedData data, String work, String output) throws IOException {
    Evaluation evaluation = test(data, work);
    new ExportMisclassified(data.test(), output + "/misclassified", names).write(evaluation);
    return evaluation;
  }

  /**
   * Evaluates on the test examples.
   *
   * @param work a folder for files in between
   */
  public Evaluation test(PreparedData data, String work) throws IOException {
    return evaluate(data.test(), block -> block, data, data.dataSet().test().examples(), work);
  }

  private Evaluation validation(PreparedData data, String work, String output) throws IOException {
    TrainingConfig config = trainingConfig();
    TrainingData split = new TrainingData(data.dataSet().train(), data.train(), config);
    Evaluation evaluation =
        evaluate(
            data.train(),
            SplitTrainValidation.validation(data, config),
            data,
            split.validationExamples(),
            work);
    new ExportMisclassified(data.train(), output + "/misclassified", names).write(evaluation);
    return evaluation;
  }

  /** How the model was trained, which says what its validation part is. */
  private TrainingConfig trainingConfig() throws BadDataException {
    return model
        .state()
        .orElseThrow(
            () ->
                new BadDataException(
                    "Expected a model that epochflow trained, whose validation part is known,"
                        + " found another (%s)".formatted(path)))
        .config();
  }

  private Evaluation evaluate(
      Records records,
      SerializableFunction<Block, Block> part,
      PreparedData data,
      long examples,
      String work)
      throws IOException {
    requireFit(data);
    EvaluateModel evaluation =
        new EvaluateModel(
            path,
            model.preprocessing(),
            model.loss(),
            model.architecture().classes(),
            model.kernels(),
            work);
    execution.run(
        "evaluate",
        pipeline ->
            pipeline.apply("EvaluateModel", evaluation.transform(IdxIO.read(records), part)),
        new Execution.Task("Evaluating", PredictBlocks.examplesMetric(), examples));
    Evaluation result = evaluation.result();
    Storage.deleteIfEmpty(work);
    if (result.tally().examples() != examples) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Expected %d examples to be evaluated, found %d",
              examples,
              result.tally().examples()));
    }
    return result;
  }
}
