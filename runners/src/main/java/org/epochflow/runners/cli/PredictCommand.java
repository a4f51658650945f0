package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.epochflow.runners.cli.Pipelines.Predicted;
import org.epochflow.runners.terminal.TerminalListener;

/** {@code epochflow predict}. */
record PredictCommand(Pipelines pipelines) implements Command.Body<PredictOptions> {
  static Command<PredictOptions> command(Pipelines pipelines) {
    return new Command<>(
        "predict",
        "Predict the classes of IDX images that have no labels, as CSV files",
        PredictOptions.class,
        List.of(
            "epochflow predict --model=runs/0001-softmax --images=new-images-idx3-ubyte.gz",
            "epochflow predict --model=best_model.keras --images='DIR/*-images-idx3-ubyte'"
                + " --output=predictions"),
        new PredictCommand(pipelines));
  }

  @Override
  public int run(Call<PredictOptions> call) throws IOException {
    PredictOptions options = call.options();
    return Runs.in(
        options.getOutput(),
        "predictions",
        output -> {
          PrintStream out = options.isQuiet() ? TrainCommand.silent() : call.out();
          Predicted predicted;
          try (TerminalListener terminal =
              new TerminalListener(out, !options.isQuiet() && Terminal.live())) {
            predicted = pipelines.predict(options, terminal, output);
          }
          if (!options.isQuiet()) {
            call.out().println("Images predicted: %,d".formatted(predicted.images()));
          }
          predicted.outputs().forEach(call.out()::println);
          return 0;
        });
  }
}
