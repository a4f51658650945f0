package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.pipeline.experiment.ExperimentJob;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.pipeline.experiment.Tuning;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.mlflow.MlflowExperimentListener;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.ExperimentOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.MLflowOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.TuningOptions;
import org.epochflow.runners.report.ExperimentListener;
import org.epochflow.runners.report.ExperimentPage;
import org.epochflow.runners.request.Arguments;
import org.epochflow.runners.request.Asked;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.OptionsFile;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.request.Spaces;
import org.epochflow.runners.request.TrainingJobs;
import org.epochflow.runners.request.TrialPlan;
import org.epochflow.runners.request.TuningPlan;
import org.epochflow.runners.terminal.Figures;
import org.epochflow.runners.terminal.Interruption;
import org.epochflow.runners.terminal.Shell;
import org.epochflow.runners.terminal.TerminalListener;
import org.epochflow.runners.terminal.TrialTable;
import org.jspecify.annotations.Nullable;
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
final class TuneVerb implements Verb {
  @Mixin final TuningOptions tuning = new TuningOptions();
  @Mixin final ConfigOptions config = new ConfigOptions();
  @Mixin final ExperimentOptions experiment = new ExperimentOptions();
  @Mixin final MLflowOptions mlflow = new MLflowOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    mlflow.server(""); // refuses what is none
    experiment.requireFolder("tuning");
    return OutputFolder.in(experiment.output, "tune", folder -> tune(call, folder));
  }

  /** What is tried, and how far. */
  record Plan(String request, TuningPlan tuning, List<TrialPlan> trials) {
    /** As the pipelines take it. */
    ExperimentJob job() {
      return new ExperimentJob(request, trials.stream().map(TrialPlan::candidate).toList());
    }
  }

  /** The tuning that is asked for, now or when it began. */
  Plan plan(Call call, ExperimentFolder folder) throws IOException {
    Map<String, Rule> rules = Rule.of(new TuneVerb());
    Arguments request =
        new Asked("tune", rules)
            .resolve(
                Asked.withSpace(call.arguments()),
                folder.asked(),
                experiment.resume,
                folder.path());
    TuneVerb asked = new TuneVerb();
    Arguments.parse(asked, request.words());
    Space space = Spaces.parse(request.all("tune"), asked.tuning.points, request.given());
    TuningPlan plan = TuningPlan.of(asked.tuning, asked.config.training, space, request.given());
    DataFiles files = ExampleFiles.allOrBundled(asked.config.data);
    Models models = new Models();
    List<TrialPlan> trials = new ArrayList<>();
    for (Map<String, String> point : plan.points()) {
      trials.add(TrialPlan.of(request, point, files, models));
    }
    TrainingJobs.advice(asked.config.training).ifPresent(call::tell);
    return new Plan(OptionsFile.json(request, rules), plan, trials);
  }

  private int tune(Call call, String output) throws IOException {
    ExperimentFolder folder = ExperimentFolder.ofTuning(Location.absolute(output));
    Plan plan = plan(call, folder);
    int trials = plan.trials().size();
    call.shown().println(planned(plan.tuning(), trials));
    ExperimentPage page =
        new ExperimentPage(
            "Tuning " + Storage.name(folder.path()), Optional.of(plan.tuning().space()));
    TrialTable table = new TrialTable("trial", trials, call.shown());
    Tuning.Result result;
    try (TerminalListener terminal = call.terminal();
        Interruption interruption =
            Interruption.watch("tune", output, call.typed(), terminal::close, call.err());
        MlflowExperimentListener tracking = mlflow.tracking(folder, experiment.resume, call::tell);
        ExperimentListener report = new ExperimentListener(page, folder, call::tell)) {
      result =
          Tuning.run(
              plan.job(),
              plan.tuning().rungs(),
              folder,
              call.connect(cluster, output, terminal),
              Listeners.ofThose(Arrays.asList(table, interruption, report, tracking), call::tell));
    }
    table.print(result.ranked());
    return show(result, plan.trials(), output, call);
  }

  private static String planned(TuningPlan plan, int trials) {
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%d trials", trials));
    plan.rungs().rungs().stream()
        .skip(1)
        .forEach(
            rung ->
                text.append(
                    String.format(
                        Locale.ROOT, ", the best %d to epoch %d", rung.trials(), rung.epochs())));
    return text.append(
            String.format(Locale.ROOT, "; at most %d epochs in all", plan.rungs().epochs()))
        .toString();
  }

  private static int show(Tuning.Result result, List<TrialPlan> trials, String output, Call call) {
    PrintStream out = call.shown();
    if (result.test().isEmpty()) {
      List.of("", "/report.html", "/trials.csv").forEach(file -> call.out().println(output + file));
      call.tell("Every trial diverged; try lower learning rates");
      return 1;
    }
    int best = result.ranked().get(0).trial().number();
    out.println();
    out.println("Best: trial " + best);
    out.println(Figures.line("Test of its best model", result.test().get().tally()));
    @Nullable Integer topK = result.ranked().get(0).config().stopping().topK();
    out.print(Figures.probabilities(result.test().get().quality(), topK));
    out.println(
        "The same by hand\n  " + Shell.command("train", trials.get(best - 1).arguments().words()));
    out.println();
    String trial = String.format(Locale.ROOT, "/trials/%04d", best);
    for (String file : List.of("", "/report.html", "/trials.csv", "/best.json", trial)) {
      call.out().println(output + file);
    }
    return 0;
  }
}
