package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.epochflow.model.train.StopReason;
import org.epochflow.runners.cli.Pipelines.Evaluation;
import org.epochflow.runners.cli.Pipelines.Trained;
import org.epochflow.runners.cli.Pipelines.Training;
import org.epochflow.runners.tensorboard.TensorBoardListener;
import org.epochflow.runners.terminal.Figures;
import org.epochflow.runners.terminal.TerminalListener;
import org.jspecify.annotations.Nullable;

/** {@code epochflow train}. */
record TrainCommand(Pipelines pipelines) implements Command.Body<TrainOptions> {
  static Command<TrainOptions> command(Pipelines pipelines) {
    return new Command<>(
        "train",
        "Train a classifier on IDX images, evaluate the best epoch's model, and keep what it got"
            + " wrong",
        TrainOptions.class,
        List.of(
            "epochflow train",
            "epochflow train --data=DIR --model=cnn --epochs=20 --output=run1",
            "epochflow train --resume --output=run1"),
        new TrainCommand(pipelines));
  }

  @Override
  public int run(Call<TrainOptions> call) throws IOException {
    TrainOptions options = call.options();
    @Nullable String output = options.getOutput();
    if (options.isResume() && output == null) {
      throw new UsageException("--resume needs --output=RUN, the run to go on with");
    }
    TrainingConfigs configs = new TrainingConfigs(options, call.given(), pipelines);
    if (!options.isResume()) {
      configs.requireSound();
      configs.advice().ifPresent(advice -> call.err().println("epochflow: " + advice));
    }
    boolean dataGiven = ExampleFiles.named(call.given());
    boolean readsAgain =
        options.isResume() && !dataGiven && output != null && pipelines.isRun(output);
    if (!readsAgain && !dataGiven) {
      options.setData(List.of(ExampleFiles.bundled()));
    }
    Optional<ExampleFiles> train =
        readsAgain ? Optional.empty() : Optional.of(ExampleFiles.train(options));
    Optional<ExampleFiles> test =
        readsAgain ? Optional.empty() : Optional.of(ExampleFiles.test(options));
    return Runs.in(
        output,
        options.getModel(),
        folder -> train(new Training(options, configs, train, test, folder), call));
  }

  private int train(Training training, Call<TrainOptions> call) throws IOException {
    boolean quiet = call.options().isQuiet();
    PrintStream out = quiet ? silent() : call.out();
    TerminalListener terminal = new TerminalListener(out, !quiet && Terminal.live());
    Trained trained;
    try (Interruption interruption =
            Interruption.watch(
                "train", training.output(), call.typed(), terminal::close, call.err());
        TensorBoardListener tensorBoard = tensorBoard(training, call)) {
      trained =
          pipelines.train(
              training,
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
      call.err().println("epochflow: " + TerminalListener.explained(trained.state()));
    }
    return failed ? 1 : 0;
  }

  private static @Nullable TensorBoardListener tensorBoard(
      Training training, Call<TrainOptions> call) {
    @Nullable String folder = call.options().getTensorboard();
    if (folder == null) {
      return null;
    } else if (folder.contains("://")) {
      throw new UsageException(
          "Expected --tensorboard to be a folder of this machine, found " + folder);
    }
    String run = training.output().replaceFirst("/+$", "").replaceFirst(".*/", "");
    return new TensorBoardListener(
        Path.of(folder).resolve(run), warning -> call.err().println("epochflow: " + warning));
  }

  /** The figures of an evaluation, as tables. */
  static void print(Evaluation evaluation, String title, PrintStream out) {
    out.println();
    out.println(Figures.line(title, evaluation.tally()));
    out.print(Figures.confusion(evaluation.confusion(), evaluation.names()));
    out.print(Figures.perClass(evaluation.confusion(), evaluation.names()));
    out.println();
  }

  static PrintStream silent() {
    return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
  }
}
