package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.pipeline.execute.WatchedExecution;
import org.epochflow.pipeline.experiment.CrossValidation;
import org.epochflow.pipeline.experiment.Experiment;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.Tuning;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.epochflow.pipeline.train.TrainingData;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.report.ExperimentListener;
import org.epochflow.runners.report.ExperimentPage;
import org.epochflow.runners.report.ReportedRun;
import org.epochflow.runners.request.DataFolders;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.OptionsFile;
import org.epochflow.runners.request.Start;
import org.epochflow.runners.request.TrialPlan;
import org.epochflow.runners.request.TuningPlan;

/** The experiments on the runner that the options name. */
final class BeamExperiments {
  private static final String TUNE = "tune";
  private static final String CROSSVALIDATE = "crossvalidate";
  private final Pipelines.Experiment asked;
  private final Execution execution;
  private final DataFiles files;
  private final List<TrialListener> listeners;
  private final Consumer<String> notices;

  /**
   * @param notices is told what a user should know while the trials run
   */
  BeamExperiments(
      BeamPipelines pipelines,
      Pipelines.Experiment asked,
      ProgressListener terminal,
      List<TrialListener> listeners,
      Consumer<String> notices)
      throws IOException {
    this.asked = asked;
    this.listeners = List.copyOf(listeners);
    this.notices = notices;
    execution =
        new WatchedExecution(
            pipelines.execution(
                asked.runner(), asked.cluster(), DataFolders.absolute(asked.output())),
            terminal);
    files =
        new DataFiles(
            asked.train().pairs(), asked.test().map(ExampleFiles::pairs).orElse(List.of()));
  }

  static ExperimentFolder folder(String verb, String output) {
    return new ExperimentFolder(
        DataFolders.absolute(output), verb, verb.equals(TUNE) ? "trials" : "folds");
  }

  Tuning.Result tune(TuningPlan plan) throws IOException {
    ExperimentFolder folder = folder(TUNE, asked.output());
    ExperimentPage page = new ExperimentPage("Tuning " + name(), Optional.of(plan.space()));
    Begun begun = begin(folder);
    Tuning.Result result;
    try (ExperimentListener report = follow(page, folder, begun)) {
      result = new Tuning(experiment(begun, report), folder, plan.rungs()).run(begun.trials);
    }
    folder.write(
        "report.html", page.ended(result.ranked(), result.test().map(Evaluation::tally)).html());
    if (result.test().isPresent()) {
      int best = result.ranked().get(0).trial().number();
      folder.write(
          "best.json",
          OptionsFile.json(asked.trials().get(best - 1).arguments(), Rule.of(new ConfigOptions())));
    }
    report(begun, folder);
    return result;
  }

  CrossValidation.Result crossvalidate() throws IOException {
    ExperimentFolder folder = folder(CROSSVALIDATE, asked.output());
    ExperimentPage page = new ExperimentPage("Cross-validation " + name(), Optional.empty());
    Begun begun = begin(folder);
    CrossValidation.Result result;
    try (ExperimentListener report = follow(page, folder, begun)) {
      result = new CrossValidation(experiment(begun, report), folder).run(begun.trials);
    }
    folder.write(
        "report.html", page.ended(result.folds(), result.all().map(Evaluation::tally)).html());
    report(begun, folder);
    return result;
  }

  private ExperimentListener follow(ExperimentPage page, ExperimentFolder folder, Begun begun)
      throws IOException {
    return new ExperimentListener(page, folder, begun.trials, notices);
  }

  private Experiment experiment(Begun begun, ExperimentListener report) {
    List<TrialListener> all = new ArrayList<>(listeners);
    all.add(report);
    return new Experiment(execution, begun.data, TrialListener.all(all));
  }

  /** The last word of the folder's path. */
  private String name() {
    return asked.output().replaceFirst("/+$", "").replaceFirst(".*/", "");
  }

  /** Trials that are runs, over one data set. */
  private record Begun(PreparedData data, List<Trial> trials) {}

  /** Reads the data and makes every trial a run that is not one yet. */
  private Begun begin(ExperimentFolder folder) throws IOException {
    if (folder.asked().isEmpty()) {
      folder.begin(asked.request());
    }
    try {
      PreparedData data = prepare(folder);
      List<TrainingConfig> configs = configs(data);
      List<Trial> trials = new ArrayList<>();
      for (int i = 0; i < configs.size(); i++) {
        TrialPlan plan = asked.trials().get(i);
        RunFolder run = folder.run(i + 1);
        if (!run.isRun()) {
          run.claim();
          TrainingRun training = new TrainingRun(run, execution, ReplicaThreads.EVEN, List.of());
          training.begin(
              data,
              files,
              plan.options().data.maxRejected,
              new Start(plan.options().model, plan.configs()));
        }
        trials.add(new Trial(i + 1, folder.verb().equals(TUNE) ? plan.replaced() : Map.of(), run));
      }
      return new Begun(data, trials);
    } catch (IOException | RuntimeException e) {
      folder.discard();
      throw e;
    }
  }

  /** Writes every trial's page, once all that they are about is there. */
  private void report(Begun begun, ExperimentFolder folder) throws IOException {
    PreparedData data = begun.data;
    boolean tuning = folder.verb().equals(TUNE);
    for (Trial trial : begun.trials) {
      TrainingState state = trial.run().latest();
      trial.run().writeStatistics(TrainingRun.summary(state.config(), data).toJson());
      new ReportedRun(
              "%s, %s %d".formatted(name(), tuning ? "trial" : "fold", trial.number()),
              trial.run(),
              data.dataSet(),
              tuning ? data.dataSet().test().samples() : validationSamples(data, state.config()))
          .write(state);
    }
  }

  private static List<Sample> validationSamples(PreparedData data, TrainingConfig config)
      throws IOException {
    return new TrainingData(data.dataSet().train(), data.train(), config).validationSamples();
  }

  private PreparedData prepare(ExperimentFolder folder) throws IOException {
    ConfigOptions any = asked.trials().get(0).options();
    RunFolder first = folder.run(1);
    return TrainingRun.prepare(
        execution,
        files,
        Models.classes(any.model),
        any.data.maxRejected,
        folder.data(),
        first.isRun() ? RunConfig.of(first)::requireSame : data -> {});
  }

  private List<TrainingConfig> configs(PreparedData data) throws IOException {
    List<TrainingConfig> configs = new ArrayList<>();
    for (TrialPlan plan : asked.trials()) {
      TrainingConfig config = plan.configs().begin(data.image());
      int classes = data.dataSet().train().classes();
      if (config.architecture().classes() != classes) {
        throw new UsageException(
            "Expected models of %d classes, found --model=%s of %d"
                .formatted(classes, plan.options().model.model, config.architecture().classes()));
      }
      TrainingRun.requireExamples(data, config);
      configs.add(config);
    }
    return configs;
  }
}
