package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.experiment.CrossValidation;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.pipeline.experiment.ExperimentJob;
import org.epochflow.pipeline.experiment.ExperimentJob.Candidate;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.mlflow.MlflowExperimentListener;
import org.epochflow.runners.option.ClassNamesOptions;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.DataOptions;
import org.epochflow.runners.option.ExperimentOptions;
import org.epochflow.runners.option.FoldsOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.MLflowOptions;
import org.epochflow.runners.option.ModelOptions;
import org.epochflow.runners.option.OptimizerOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.TrainingOptions;
import org.epochflow.runners.option.UnusableRecordsOptions;
import org.epochflow.runners.report.ExperimentListener;
import org.epochflow.runners.report.ExperimentPage;
import org.epochflow.runners.request.Arguments;
import org.epochflow.runners.request.Asked;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.OptionsFile;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.request.TrainingJobs;
import org.epochflow.runners.request.TrialPlan;
import org.epochflow.runners.terminal.Figures;
import org.epochflow.runners.terminal.Interruption;
import org.epochflow.runners.terminal.TerminalListener;
import org.epochflow.runners.terminal.TrialTable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code epochflow crossvalidate}. */
@Command(
    name = "crossvalidate",
    description =
        "Train once for each fold of the training examples, on all other folds, and predict every"
            + " example with the model that has not seen it",
    footer = {
      "epochflow crossvalidate --data=DIR --model=mlp --epochs=10",
      "epochflow crossvalidate --data=DIR --folds=10 --stratify --options=best.json",
      "epochflow crossvalidate --resume --output=runs/0001-crossvalidate"
    })
final class CrossvalidateVerb implements Verb {
  @Mixin final FoldsOptions folds = new FoldsOptions();
  @Mixin final DataOptions data = new DataOptions();
  @Mixin final UnusableRecordsOptions unusable = new UnusableRecordsOptions();
  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final ClassNamesOptions classNames = new ClassNamesOptions();
  @Mixin final TrainingOptions training = new TrainingOptions();
  @Mixin final OptimizerOptions optimizer = new OptimizerOptions();
  @Mixin final ExperimentOptions experiment = new ExperimentOptions();
  @Mixin final MLflowOptions mlflow = new MLflowOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    mlflow.server(""); // refuses what is none
    experiment.requireFolder("cross-validation");
    return OutputFolder.in(experiment.output, "crossvalidate", dir -> crossvalidate(call, dir));
  }

  /** The cross-validation that is asked for, now or when it began. */
  ExperimentJob job(Call call, ExperimentFolder folder) throws IOException {
    Map<String, Rule> rules = Rule.of(new CrossvalidateVerb());
    Arguments request =
        new Asked("crossvalidate", rules)
            .resolve(call.arguments(), folder.asked(), experiment.resume, folder.path());
    CrossvalidateVerb asked = new CrossvalidateVerb();
    Arguments.parse(asked, request.words());
    TrainingJobs.advice(asked.training).ifPresent(call::tell);
    return new ExperimentJob(OptionsFile.json(request, rules), asked.candidates(request));
  }

  private int crossvalidate(Call call, String output) throws IOException {
    ExperimentFolder folder = ExperimentFolder.ofCrossValidation(Location.absolute(output));
    ExperimentJob job = job(call, folder);
    ExperimentPage page =
        new ExperimentPage("Cross-validation " + Storage.name(folder.path()), Optional.empty());
    TrialTable table = new TrialTable("fold", job.candidates().size(), call.shown());
    CrossValidation.Result result;
    try (TerminalListener terminal = call.terminal();
        Interruption interruption =
            Interruption.watch("crossvalidate", output, call.typed(), terminal::close, call.err());
        MlflowExperimentListener tracking = mlflow.tracking(folder, experiment.resume, call::tell);
        ExperimentListener report = new ExperimentListener(page, folder, call::tell)) {
      result =
          CrossValidation.run(
              job,
              folder,
              call.connect(cluster, output, terminal),
              Listeners.ofThose(Arrays.asList(table, interruption, report, tracking), call::tell));
    }
    return show(result, table, call, output);
  }

  private List<Candidate> candidates(Arguments request) throws IOException {
    int count = folds.folds == null ? FoldsOptions.DEFAULT_FOLDS : folds.folds;
    DataFiles files =
        new DataFiles(ExampleFiles.trainOrBundled(data), List.of(), data.reading.reading());
    Models models = new Models();
    List<Candidate> candidates = new ArrayList<>();
    for (int fold = 1; fold <= count; fold++) {
      Map<String, String> replaced = Map.of("fold", "" + fold, "folds", "" + count);
      Candidate candidate = TrialPlan.of(request, replaced, files, models).candidate();
      candidates.add(new Candidate(Map.of(), candidate.training(), candidate.again()));
    }
    return candidates;
  }

  private static int show(
      CrossValidation.Result result, TrialTable table, Call call, String output) {
    PrintStream out = call.shown();
    table.print(result.folds());
    if (result.all().isEmpty()) {
      List.of("", "/report.html", "/folds.csv").forEach(file -> call.out().println(output + file));
      call.tell("A fold's loss was never finite; try a lower --learningRate");
      return 1;
    }
    out.println();
    out.println(table.means(result.folds()));
    out.println(Figures.line("All out of fold", result.all().get().tally()));
    @Nullable Integer topK = result.folds().get(0).config().stopping().topK();
    out.print(Figures.probabilities(result.all().get().quality(), topK));
    out.println();
    for (String file :
        List.of(
            "", "/report.html", "/metrics.json", "/folds.csv", "/out_of_fold_predictions.csv")) {
      call.out().println(output + file);
    }
    return 0;
  }
}
