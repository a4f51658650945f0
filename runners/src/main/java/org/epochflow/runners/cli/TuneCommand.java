package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.pipeline.experiment.TrialResult;
import org.epochflow.pipeline.experiment.Tuning;
import org.epochflow.runners.terminal.Figures;
import org.epochflow.runners.terminal.TerminalListener;
import org.epochflow.runners.terminal.TrialTable;
import org.jspecify.annotations.Nullable;

/** {@code epochflow tune}. */
record TuneCommand(Pipelines pipelines) implements Command.Body<TuneOptions> {
  static Command<TuneOptions> command(Pipelines pipelines) {
    return new Command<>(
        "tune",
        "Train with different options in parallel, and tell which do best on the validation"
            + " examples",
        TuneOptions.class,
        List.of(
            "epochflow tune --data=DIR --model=mlp --tune=batchSize=32,128 --tune=dropout=0,0.5",
            "epochflow tune --search=halving --trials=9 --tune=learningRate=1e-4..0.1:log",
            "epochflow tune --resume --output=runs/0001-tune",
            "epochflow train --options=runs/0001-tune/best.json"),
        new TuneCommand(pipelines));
  }

  @Override
  public int run(Call<TuneOptions> call) throws IOException {
    @Nullable String output = call.options().getOutput();
    if (call.options().isResume() && output == null) {
      throw new UsageException("--resume needs --output=DIR, the tuning to go on with");
    }
    return Runs.in(output, "tune", folder -> tune(call, folder));
  }

  private int tune(Call<TuneOptions> call, String output) throws IOException {
    Arguments request =
        Request.resolve(
            Request.withSpace(call.arguments()),
            command(pipelines),
            pipelines.asked("tune", output),
            call.options().isResume(),
            output);
    TuneOptions options = request.as(TuneOptions.class);
    Space space = Spaces.parse(request.all("tune"), options.getPoints(), request.given());
    TuningPlan plan = TuningPlan.of(options, space, request.given());
    List<TrialPlan> trials =
        plan.points().stream().map(point -> TrialPlan.of(request, point, pipelines)).toList();
    if (!ExampleFiles.named(request.given())) {
      options.setData(List.of(ExampleFiles.bundled()));
    }
    Pipelines.Experiment experiment =
        new Pipelines.Experiment(
            call.options(),
            request,
            trials,
            ExampleFiles.train(options),
            Optional.of(ExampleFiles.test(options)),
            output);
    PrintStream out = call.options().isQuiet() ? TrainCommand.silent() : call.out();
    trials.get(0).configs().advice().ifPresent(a -> call.err().println("epochflow: " + a));
    out.println(planned(plan, trials.size()));
    TrialTable table = new TrialTable("trial", trials.size(), out);
    Tuning.Result result;
    try (TerminalListener terminal =
            new TerminalListener(out, !call.options().isQuiet() && Terminal.live());
        Interruption interruption =
            Interruption.watch("tune", output, call.typed(), terminal::close, call.err())) {
      result = pipelines.tune(experiment, plan, terminal, List.of(table, interruption));
    }
    return report(result, experiment, table, call);
  }

  private static String planned(TuningPlan plan, int trials) {
    StringBuilder text = new StringBuilder("%d trials".formatted(trials));
    plan.rungs().rungs().stream()
        .skip(1)
        .forEach(
            rung ->
                text.append(", the best %d to epoch %d".formatted(rung.trials(), rung.epochs())));
    return text.append("; at most %d epochs in all".formatted(plan.rungs().epochs())).toString();
  }

  private static int report(
      Tuning.Result result,
      Pipelines.Experiment experiment,
      TrialTable table,
      Call<TuneOptions> call) {
    PrintStream out = call.options().isQuiet() ? TrainCommand.silent() : call.out();
    String output = experiment.output();
    table.print(result.ranked());
    TrialResult best = result.ranked().get(0);
    if (result.test().isEmpty()) {
      List.of("", "/report.html", "/trials.csv").forEach(file -> call.out().println(output + file));
      call.err().println("epochflow: Every trial diverged; try lower learning rates");
      return 1;
    }
    List<String> words = experiment.trials().get(best.trial().number() - 1).arguments().words();
    out.println();
    out.println("Best: trial " + best.trial().number());
    out.println(Figures.line("Test of its best model", result.test().get().tally()));
    out.println("The same by hand\n  " + Shell.command("train", words));
    out.println();
    for (String file : List.of("", "/report.html", "/trials.csv", "/best.json", "/trials/%04d")) {
      call.out().println(output + file.formatted(best.trial().number()));
    }
    return 0;
  }
}
