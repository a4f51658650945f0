package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.format.SavedModel;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.run.EvaluationRun;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.option.ClassNamesOptions;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.DataOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.PixelsOptions;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.option.UnusableRecordsOptions;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.report.EvaluationPage;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.NamedClasses;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.terminal.TerminalListener;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow evaluate}. */
@Command(
    name = "evaluate",
    description =
        "Evaluate a trained model on labelled images, and keep the images that it got wrong",
    footer = {
      "epochflow evaluate --model=runs/0001-softmax --data=DIR",
      "epochflow evaluate --model=best_model.keras --data=DIR --output=figures"
    })
final class EvaluateVerb implements Verb {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE|RUN",
      description = "Model to evaluate: a .keras file or a run's folder")
  String model = "";

  @Option(
      names = "--validation",
      description = "Evaluate on the model's own validation examples, not on the test files")
  boolean validation;

  @Option(
      names = "--topK",
      description =
          "Also measure the share of the examples whose label is among the N most probable classes")
  @Takes(atLeast = 1, fallback = "as the model was trained with, or none")
  @Nullable Integer topK;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Folder for the figures and the images that the model got wrong")
  @Takes(fallback = "runs/0002-evaluation: the next free number")
  @Nullable String output;

  @Mixin final PixelsOptions pixels = new PixelsOptions();
  @Mixin final DataOptions data = new DataOptions();
  @Mixin final UnusableRecordsOptions unusable = new UnusableRecordsOptions();
  @Mixin final ClassNamesOptions classNames = new ClassNamesOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    DataFiles files =
        validation
            ? new DataFiles(ExampleFiles.train(data), List.of(), data.reading.reading())
            : new DataFiles(List.of(), ExampleFiles.test(data), data.reading.reading());
    return OutputFolder.in(output, "evaluation", folder -> evaluate(call, files, folder));
  }

  private int evaluate(Call call, DataFiles files, String folder) throws IOException {
    String path = Models.file(model);
    SavedModel saved = pixels.of(ModelFile.read(path));
    requireTopK(saved.architecture().classes());
    List<String> names = NamedClasses.of(classNames.classNames, saved.classNames());
    String place = Location.absolute(folder);
    Evaluation evaluation;
    @Nullable Integer k;
    try (TerminalListener terminal = call.terminal()) {
      EvaluationRun run =
          new EvaluationRun(call.connect(cluster, folder, terminal), path, saved, names);
      k = topK == null ? run.topK() : topK;
      evaluation = run.run(files, unusable.maxRejected, k, place, call::tell);
    }
    Storage.writeText(place + "/evaluation.html", EvaluationPage.of(model, names, place).html());
    TrainVerb.show(evaluation, names, k, validation ? "Validation" : "Test", call.shown());
    call.out().println(folder + "/evaluation.html");
    call.out().println(folder + "/metrics.json");
    call.out().println(folder + "/misclassified/misclassified.csv");
    return 0;
  }

  private void requireTopK(int classes) {
    if (topK != null && topK > classes) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Expected --topK of at most %d, the number of classes, found %d",
              classes,
              topK));
    }
  }
}
