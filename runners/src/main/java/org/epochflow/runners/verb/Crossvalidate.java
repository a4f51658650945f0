package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.epochflow.pipeline.experiment.CrossValidation;
import org.epochflow.runners.option.ClassNamesOptions;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.DataOptions;
import org.epochflow.runners.option.ExperimentOptions;
import org.epochflow.runners.option.FoldsOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.ModelOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.TrainingOptions;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.request.Arguments;
import org.epochflow.runners.request.Asked;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.OptionsFile;
import org.epochflow.runners.request.OutputFolder;
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
final class Crossvalidate implements Verb {
  @Mixin final FoldsOptions folds = new FoldsOptions();
  @Mixin final DataOptions data = new DataOptions();
  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final ClassNamesOptions classNames = new ClassNamesOptions();
  @Mixin final TrainingOptions training = new TrainingOptions();
  @Mixin final ExperimentOptions experiment = new ExperimentOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    if (experiment.resume && experiment.output == null) {
      throw new UsageException("--resume needs --output=DIR, the cross-validation to continue");
    }
    return OutputFolder.in(experiment.output, "crossvalidate", dir -> crossvalidate(call, dir));
  }

  private int crossvalidate(Call call, String output) throws IOException {
    Map<String, Rule> rules = Rule.of(new Crossvalidate());
    Arguments request =
        new Asked("crossvalidate", rules)
            .resolve(
                call.arguments(),
                call.pipelines().asked("crossvalidate", output),
                experiment.resume,
                output);
    Crossvalidate asked = new Crossvalidate();
    Arguments.parse(asked, request.words());
    @Nullable Integer given = asked.folds.folds;
    int count = given == null ? FoldsOptions.DEFAULT_FOLDS : given;
    List<TrialPlan> trials =
        IntStream.rangeClosed(1, count)
            .mapToObj(fold -> Map.of("fold", "" + fold, "folds", "" + count))
            .map(fold -> TrialPlan.of(request, fold, call.pipelines()))
            .toList();
    if (!ExampleFiles.named(request.given())) {
      asked.data.data = List.of(ExampleFiles.bundled());
    }
    Pipelines.Experiment trainings =
        new Pipelines.Experiment(
            call.runner(),
            cluster,
            OptionsFile.json(request, rules),
            trials,
            ExampleFiles.train(asked.data),
            Optional.empty(),
            output);
    trials.get(0).configs().advice().ifPresent(call::tell);
    TrialTable table = new TrialTable("fold", count, call.shown());
    CrossValidation.Result result;
    try (TerminalListener terminal = call.terminal();
        Interruption interruption =
            Interruption.watch(
                "crossvalidate", output, call.typed(), terminal::close, call.err())) {
      result = call.pipelines().crossvalidate(trainings, terminal, List.of(table, interruption));
    }
    return report(result, table, call, output);
  }

  private static int report(
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
    out.println();
    for (String file :
        List.of(
            "", "/report.html", "/metrics.json", "/folds.csv", "/out_of_fold_predictions.csv")) {
      call.out().println(output + file);
    }
    return 0;
  }
}
