package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import org.epochflow.runners.cli.Pipelines.Evaluation;
import org.epochflow.runners.terminal.TerminalListener;

/** {@code epochflow evaluate}. */
record EvaluateCommand(Pipelines pipelines) implements Command.Body<EvaluateOptions> {
  static Command<EvaluateOptions> command(Pipelines pipelines) {
    return new Command<>(
        "evaluate",
        "Evaluate a trained model on IDX images, and keep what it got wrong",
        EvaluateOptions.class,
        List.of(
            "epochflow evaluate --model=runs/0001-softmax --data=DIR",
            "epochflow evaluate --model=best_model.keras --data=DIR --output=figures"),
        new EvaluateCommand(pipelines));
  }

  @Override
  public int run(Call<EvaluateOptions> call) throws IOException {
    EvaluateOptions options = call.options();
    ExampleFiles examples =
        options.isValidation() ? ExampleFiles.train(options) : ExampleFiles.test(options);
    return Runs.in(options.getOutput(), "evaluation", output -> evaluate(call, examples, output));
  }

  private int evaluate(Call<EvaluateOptions> call, ExampleFiles examples, String output)
      throws IOException {
    EvaluateOptions options = call.options();
    PrintStream out = options.isQuiet() ? TrainCommand.silent() : call.out();
    Evaluation evaluation;
    try (TerminalListener terminal =
        new TerminalListener(out, !options.isQuiet() && Terminal.live())) {
      evaluation = pipelines.evaluate(options, terminal, examples, output);
    }
    TrainCommand.print(evaluation, options.isValidation() ? "Validation" : "Test", out);
    evaluation.outputs().forEach(call.out()::println);
    return 0;
  }
}
