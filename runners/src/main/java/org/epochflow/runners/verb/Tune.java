package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.pipeline.experiment.TrialResult;
import org.epochflow.pipeline.experiment.Tuning;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.ExperimentOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.TuningOptions;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.request.Arguments;
import org.epochflow.runners.request.Asked;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.OptionsFile;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.request.Spaces;
import org.epochflow.runners.request.TrialPlan;
import org.epochflow.runners.request.TuningPlan;
import org.epochflow.runners.terminal.Figures;
import org.epochflow.runners.terminal.Interruption;
import org.epochflow.runners.terminal.Shell;
import org.epochflow.runners.terminal.TerminalListener;
import org.epochflow.runners.terminal.TrialTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code epochflow tune}. */
@Command(
    name = "tune",
    description =
        "Train with different options in parallel, and rank the results by their validation"
            + " examples",
    footer = {
      "epochflow tune --data=DIR --model=mlp --tune=batchSize=32,128 --tune=dropout=0,0.5",
      "epochflow tune --search=halving --trials=9 --tune=learningRate=1e-4..0.1:log",
      "epochflow tune --resume --output=runs/0001-tune",
      "epochflow train --options=runs/0001-tune/best.json"
    })
final class Tune implements Verb {
  @Mixin final TuningOptions tuning = new TuningOptions();
  @Mixin final ConfigOptions config = new ConfigOptions();
  @Mixin final ExperimentOptions experiment = new ExperimentOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    if (experiment.resume && experiment.output == null) {
      throw new UsageException("--resume needs --output=DIR, the tuning to continue");
    }
    return OutputFolder.in(experiment.output, "tune", folder -> tune(call, folder));
  }

  private int tune(Call call, String output) throws IOException {
    Map<String, Rule> rules = Rule.of(new Tune());
    Arguments request =
        new Asked("tune", rules)
            .resolve(
                Asked.withSpace(call.arguments()),
                call.pipelines().asked("tune", output),
                experiment.resume,
                output);
    Tune asked = new Tune();
    Arguments.parse(asked, request.words());
    Space space = Spaces.parse(request.all("tune"), asked.tuning.points, request.given());
    TuningPlan plan = TuningPlan.of(asked.tuning, asked.config.training, space, request.given());
    List<TrialPlan> trials =
        plan.points().stream()
            .map(point -> TrialPlan.of(request, point, call.pipelines()))
            .toList();
    if (!ExampleFiles.named(request.given())) {
      asked.config.data.data = List.of(ExampleFiles.bundled());
    }
    Pipelines.Experiment trainings =
        new Pipelines.Experiment(
            call.runner(),
            cluster,
            OptionsFile.json(request, rules),
            trials,
            ExampleFiles.train(asked.config.data),
            Optional.of(ExampleFiles.test(asked.config.data)),
            output);
    trials.get(0).configs().advice().ifPresent(call::tell);
    call.shown().println(planned(plan, trials.size()));
    TrialTable table = new TrialTable("trial", trials.size(), call.shown());
    Tuning.Result result;
    try (TerminalListener terminal = call.terminal();
        Interruption interruption =
            Interruption.watch("tune", output, call.typed(), terminal::close, call.err())) {
      result = call.pipelines().tune(trainings, plan, terminal, List.of(table, interruption));
    }
    return report(result, trainings, table, call);
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
      Tuning.Result result, Pipelines.Experiment experiment, TrialTable table, Call call) {
    PrintStream out = call.shown();
    String output = experiment.output();
    table.print(result.ranked());
    TrialResult best = result.ranked().get(0);
    if (result.test().isEmpty()) {
      List.of("", "/report.html", "/trials.csv").forEach(file -> call.out().println(output + file));
      call.tell("Every trial diverged; try lower learning rates");
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
