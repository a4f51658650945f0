package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.ProgressListener;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.request.Arguments;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Runner;
import org.epochflow.runners.terminal.Terminal;
import org.epochflow.runners.terminal.TerminalListener;

/**
 * One use of a verb.
 *
 * @param typed the words after the verb
 * @param arguments what was typed or in the file of {@code --options}, as opposed to defaults
 * @param runner where pipelines run
 * @param out for results
 * @param err for failures and notices
 */
public record Call(
    List<String> typed, Arguments arguments, Runner runner, PrintStream out, PrintStream err) {
  public Call {
    typed = List.copyOf(typed);
  }

  /** The names of the options that were given. */
  Set<String> given() {
    return arguments.given();
  }

  /** Where what {@code --quiet} silences is printed. */
  PrintStream shown() {
    return quiet()
        ? new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)
        : out;
  }

  /** Shows progress on the terminal until it is closed. */
  TerminalListener terminal() {
    return new TerminalListener(shown(), !quiet() && Terminal.live());
  }

  /**
   * Makes the runner ready for the pipelines of this use.
   *
   * @param folder of the run or the output, as it was typed
   */
  Execution connect(ClusterOptions cluster, String folder, ProgressListener progress)
      throws IOException {
    return runner.connect(cluster, Location.absolute(folder), progress, this::tell);
  }

  private boolean quiet() {
    return arguments.all("quiet").contains("true");
  }

  /** Says what a user should know. */
  void tell(String notice) {
    err.println("epochflow: " + notice);
  }
}
