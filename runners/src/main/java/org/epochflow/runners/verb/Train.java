package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.epochflow.model.train.StopReason;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.RunOptions;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.request.TrainingConfigs;
import org.epochflow.runners.tensorboard.TensorBoardListener;
import org.epochflow.runners.terminal.Figures;
import org.epochflow.runners.terminal.Interruption;
import org.epochflow.runners.terminal.TerminalListener;
import org.epochflow.runners.verb.Pipelines.Evaluation;
import org.epochflow.runners.verb.Pipelines.Trained;
import org.epochflow.runners.verb.Pipelines.Training;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code epochflow train}. */
@Command(
    name = "train",
    description =
        "Train a classifier on IDX images, evaluate the model of the best epoch, and keep the images"
            + " that it got wrong",
    footer = {
      "epochflow train",
      "epochflow train --data=DIR --model=cnn --epochs=20 --output=run1",
      "epochflow train --resume --output=run1"
    })
final class Train implements Verb {
  @Mixin final ConfigOptions config = new ConfigOptions();
  @Mixin final RunOptions run = new RunOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    @Nullable String output = run.output;
    if (run.resume && output == null) {
      throw new UsageException("--resume needs --output=RUN, the run to continue");
    }
    TrainingConfigs configs = new TrainingConfigs(config, call.given(), call.pipelines());
    if (!run.resume) {
      configs.requireSound();
      configs.advice().ifPresent(call::tell);
    }
    boolean dataGiven = ExampleFiles.named(call.given());
    boolean readsAgain =
        run.resume && !dataGiven && output != null && call.pipelines().isRun(output);
    if (!readsAgain && !dataGiven) {
      config.data.data = List.of(ExampleFiles.bundled());
    }
    Optional<ExampleFiles> train =
        readsAgain ? Optional.empty() : Optional.of(ExampleFiles.train(config.data));
    Optional<ExampleFiles> test =
        readsAgain ? Optional.empty() : Optional.of(ExampleFiles.test(config.data));
    return OutputFolder.in(
        output,
        config.model.model,
        folder -> train(new Training(this, configs, train, test, folder), call));
  }

  private int train(Training training, Call call) throws IOException {
    PrintStream out = call.shown();
    TerminalListener terminal = call.terminal();
    Trained trained;
    try (Interruption interruption =
            Interruption.watch(
                "train", training.output(), call.typed(), terminal::close, call.err());
        TensorBoardListener tensorBoard = tensorBoard(training, call)) {
      trained =
          call.pipelines()
              .train(
                  training,
                  call.runner(),
                  terminal,
                  tensorBoard == null
                      ? List.of(terminal, interruption)
                      : List.of(terminal, interruption, tensorBoard));
    } finally {
      terminal.close();
    }
    boolean failed = trained.state().stopReason().equals(Optional.of(StopReason.NOT_FINITE));
    if (failed || trained.test().isPresent()) {
      out.println();
      out.print(Figures.diagnosis(trained.state().curves()));
    }
    if (trained.test().isPresent()) {
      print(trained.test().get(), "Test of the best model", out);
    } else if (!failed) {
      out.println("Nothing to do. " + TerminalListener.explained(trained.state()));
    }
    Stream.concat(
            Stream.of(training.output()),
            trained.test().stream().map(Evaluation::outputs).flatMap(List::stream))
        .forEach(call.out()::println);
    if (failed) {
      call.tell(TerminalListener.explained(trained.state()));
    }
    return failed ? 1 : 0;
  }

  private @Nullable TensorBoardListener tensorBoard(Training training, Call call) {
    @Nullable String folder = run.tensorboard;
    if (folder == null) {
      return null;
    } else if (folder.contains("://")) {
      throw new UsageException(
          "Expected --tensorboard to be a folder of this machine, found " + folder);
    }
    String name = training.output().replaceFirst("/+$", "").replaceFirst(".*/", "");
    return new TensorBoardListener(Path.of(folder).resolve(name), call::tell);
  }

  /** The figures of an evaluation, as tables. */
  static void print(Evaluation evaluation, String title, PrintStream out) {
    out.println();
    out.println(Figures.line(title, evaluation.tally()));
    out.print(Figures.confusion(evaluation.confusion(), evaluation.names()));
    out.print(Figures.perClass(evaluation.confusion(), evaluation.names()));
    out.println();
  }
}
