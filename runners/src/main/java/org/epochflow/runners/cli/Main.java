package org.epochflow.runners.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.runners.flink.HostedProgram;

/** The program: {@code epochflow VERB [--option=value ...]}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    HostedProgram.requireSession();
    Pipelines pipelines = new BeamPipelines(notice -> err.println("epochflow: " + notice));
    System.exit(commandLine(pipelines).run(args, out, err));
  }

  /** The table of commands. */
  static CommandLine commandLine(Pipelines pipelines) {
    List<Command<?>> commands =
        new ArrayList<>(
            List.of(
                TrainCommand.command(pipelines),
                EvaluateCommand.command(pipelines),
                PredictCommand.command(pipelines),
                TuneCommand.command(pipelines),
                CrossvalidateCommand.command(pipelines),
                ShowCommand.command(pipelines),
                RetrainCommand.command(pipelines)));
    commands.addAll(RegistryCommands.all());
    return new CommandLine(commands);
  }
}
