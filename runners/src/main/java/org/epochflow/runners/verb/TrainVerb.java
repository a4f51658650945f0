package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.run.TrainingJob;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.epochflow.runners.mlflow.MlflowListener;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.MLflowOptions;
import org.epochflow.runners.option.ReadingOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.RunOptions;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.report.ReportListener;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.request.Preset;
import org.epochflow.runners.request.TrainingJobs;
import org.epochflow.runners.tensorboard.TensorBoardListener;
import org.epochflow.runners.terminal.Figures;
import org.epochflow.runners.terminal.Interruption;
import org.epochflow.runners.terminal.TerminalListener;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code epochflow train}. */
@Command(
    name = "train",
    description =
        "Train a classifier on labelled images, evaluate the model of the best epoch, and keep the"
            + " images that it got wrong",
    footer = {
      "epochflow train",
      "epochflow train --data=DIR --model=cnn --epochs=20 --output=run1",
      "epochflow train --resume --output=run1"
    })
final class TrainVerb implements Verb {
  @Mixin final ConfigOptions config = new ConfigOptions();
  @Mixin final RunOptions run = new RunOptions();
  @Mixin final MLflowOptions mlflow = new MLflowOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    if (run.resume && run.output == null) {
      throw new UsageException("--resume needs --output=RUN, the run to continue");
    }
    mlflow.server(config.model.model); // refuses what is none
    TrainingJob job = job(call);
    if (!run.resume) {
      TrainingJobs.advice(config.training).ifPresent(call::tell);
      TrainingJobs.brought(config, job).ifPresent(call::tell);
    }
    return OutputFolder.in(run.output, config.model.model, folder -> train(job, folder, call));
  }

  /** The training that is asked for. */
  TrainingJob job(Call call) throws IOException {
    RunFolder folder = new RunFolder(Location.absolute(run.output == null ? "" : run.output));
    boolean continues = run.resume && folder.isRun();
    if (continues) {
      takeNetwork(RunConfig.of(folder).training().architecture(), call.given());
    }
    Models models = new Models();
    TrainingJob job = TrainingJobs.of(config, call.given(), Optional.empty(), models);
    if (continues && !ExampleFiles.named(config.data)) {
      requireNoReading(call.given());
      return job;
    }
    return TrainingJobs.of(
        config, call.given(), Optional.of(ExampleFiles.allOrBundled(config.data)), models);
  }

  /** Data that a run reads again are read as they were. */
  private void requireNoReading(Set<String> given) {
    for (Rule rule : Rule.of(config).values()) {
      if (rule.group() == ReadingOptions.class && given.contains(rule.name())) {
        throw new UsageException(
            "Expected --data=PATH with --%s, as a run that continues reads its data as before, found"
                    .formatted(rule.name())
                + " none");
      }
    }
  }

  /** Takes what is not given from the preset that a run has. */
  private void takeNetwork(Architecture saved, Set<String> given) {
    if (!given.contains("model") && Preset.NAMES.contains(saved.name())) {
      config.model.model = saved.name();
    }
    if (!given.contains("classes")) {
      config.model.classes = saved.classes();
    }
  }

  private int train(TrainingJob job, String output, Call call) throws IOException {
    RunFolder folder = new RunFolder(Location.absolute(output));
    TerminalListener terminal = call.terminal();
    TrainingRun.Trained trained;
    try (Interruption interruption =
            Interruption.watch("train", output, call.typed(), terminal::close, call.err());
        TensorBoardListener tensorBoard = tensorBoard(output, call);
        MlflowListener tracking = tracking(folder, call);
        ReportListener report = new ReportListener(folder, call::tell)) {
      Execution execution = call.connect(cluster, output, terminal);
      if (!folder.isRun()) {
        execution.advice(config.training.replicas).ifPresent(call::tell);
      }
      Listeners<TrainingListener> listeners =
          Listeners.ofThose(
              Arrays.asList(terminal, interruption, tensorBoard, tracking, report), call::tell);
      trained = new TrainingRun(folder, execution, threads(call), listeners).run(job, run.resume);
      report.ended();
      if (tracking != null) {
        tracking.ended(Map.of(), !diverged(trained), false);
      }
    } finally {
      terminal.close();
    }
    return show(trained, output, call);
  }

  private ReplicaThreads threads(Call call) {
    return new ReplicaThreads(run.threads == null ? 0 : run.threads, call.runner().parallelism());
  }

  private static int show(TrainingRun.Trained trained, String output, Call call) {
    PrintStream out = call.shown();
    TrainingState state = trained.state();
    boolean failed = diverged(trained);
    if (failed || trained.test().isPresent()) {
      out.println();
      out.print(Figures.diagnosis(state.curves()));
    }
    if (trained.test().isPresent()) {
      TrainingConfig config = state.config();
      String title = "Test of the best model";
      show(trained.test().get(), config.classNames(), config.stopping().topK(), title, out);
    } else if (!failed) {
      out.println("Nothing to do. " + TerminalListener.explained(state));
    }
    call.out().println(output);
    if (trained.test().isPresent()) {
      Stream.of("/report.html", "/metrics.json", "/misclassified/misclassified.csv")
          .forEach(file -> call.out().println(output + file));
    }
    if (failed) {
      call.tell(TerminalListener.explained(state));
    }
    return failed ? 1 : 0;
  }

  private static boolean diverged(TrainingRun.Trained trained) {
    return trained.state().stopReason().equals(Optional.of(StopReason.NOT_FINITE));
  }

  private @Nullable MlflowListener tracking(RunFolder folder, Call call) {
    return mlflow
        .server(config.model.model)
        .map(server -> new MlflowListener(server, folder, run.resume, call::tell))
        .orElse(null);
  }

  private @Nullable TensorBoardListener tensorBoard(String output, Call call) {
    @Nullable String folder = run.tensorboard;
    if (folder == null) {
      return null;
    } else if (!Location.isLocal(folder)) {
      throw new UsageException(
          "Expected --tensorboard to be a folder of this machine, found " + folder);
    }
    return new TensorBoardListener(
        Path.of(Location.absolute(folder)), Location.absolute(output), call::tell);
  }

  /** Shows the figures of an evaluation, as tables. */
  static void show(
      Evaluation evaluation,
      List<String> names,
      @Nullable Integer topK,
      String title,
      PrintStream out) {
    out.println();
    out.println(Figures.line(title, evaluation.tally()));
    out.print(Figures.probabilities(evaluation.quality(), topK));
    out.print(Figures.confusion(evaluation.confusion(), names));
    out.print(Figures.perClass(evaluation.confusion(), names));
    out.println();
  }
}
