package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.epochflow.pipeline.experiment.CrossValidation;
import org.epochflow.runners.terminal.Figures;
import org.epochflow.runners.terminal.TerminalListener;
import org.epochflow.runners.terminal.TrialTable;
import org.jspecify.annotations.Nullable;

/** {@code epochflow crossvalidate}. */
record CrossvalidateCommand(Pipelines pipelines) implements Command.Body<CrossvalidateOptions> {
  static Command<CrossvalidateOptions> command(Pipelines pipelines) {
    return new Command<>(
        "crossvalidate",
        "Train on all folds of the training files but one, for each of them, and predict every"
            + " example by the model that has not seen it",
        CrossvalidateOptions.class,
        List.of(
            "epochflow crossvalidate --data=DIR --model=mlp --epochs=10",
            "epochflow crossvalidate --data=DIR --folds=10 --stratify --options=best.json",
            "epochflow crossvalidate --resume --output=runs/0001-crossvalidate"),
        new CrossvalidateCommand(pipelines));
  }

  @Override
  public int run(Call<CrossvalidateOptions> call) throws IOException {
    @Nullable String output = call.options().getOutput();
    if (call.options().isResume() && output == null) {
      throw new UsageException("--resume needs --output=DIR, the cross-validation to go on with");
    }
    return Runs.in(output, "crossvalidate", folder -> crossvalidate(call, folder));
  }

  private int crossvalidate(Call<CrossvalidateOptions> call, String output) throws IOException {
    Arguments request =
        Request.resolve(
            call.arguments(),
            command(pipelines),
            pipelines.asked("crossvalidate", output),
            call.options().isResume(),
            output);
    CrossvalidateOptions options = request.as(CrossvalidateOptions.class);
    @Nullable Integer given = options.getFolds();
    int folds = given == null ? FoldsOptions.DEFAULT_FOLDS : given;
    List<TrialPlan> trials =
        IntStream.rangeClosed(1, folds)
            .mapToObj(
                fold ->
                    TrialPlan.of(
                        request, Map.of("fold", "" + fold, "folds", "" + folds), pipelines))
            .toList();
    if (!ExampleFiles.named(request.given())) {
      options.setData(List.of(ExampleFiles.bundled()));
    }
    Pipelines.Experiment experiment =
        new Pipelines.Experiment(
            call.options(), request, trials, ExampleFiles.train(options), Optional.empty(), output);
    PrintStream out = call.options().isQuiet() ? TrainCommand.silent() : call.out();
    trials.get(0).configs().advice().ifPresent(a -> call.err().println("epochflow: " + a));
    TrialTable table = new TrialTable("fold", folds, out);
    CrossValidation.Result result;
    try (TerminalListener terminal =
            new TerminalListener(out, !call.options().isQuiet() && Terminal.live());
        Interruption interruption =
            Interruption.watch(
                "crossvalidate", output, call.typed(), terminal::close, call.err())) {
      result = pipelines.crossvalidate(experiment, terminal, List.of(table, interruption));
    }
    return report(result, table, call, output);
  }

  private static int report(
      CrossValidation.Result result,
      TrialTable table,
      Call<CrossvalidateOptions> call,
      String output) {
    PrintStream out = call.options().isQuiet() ? TrainCommand.silent() : call.out();
    table.print(result.folds());
    if (result.all().isEmpty()) {
      List.of("", "/report.html", "/folds.csv").forEach(file -> call.out().println(output + file));
      call.err().println("epochflow: A fold's loss was never finite; try a lower --learningRate");
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
