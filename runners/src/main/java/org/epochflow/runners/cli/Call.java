package org.epochflow.runners.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * One use of a command.
 *
 * @param typed the words after the verb
 * @param arguments what was typed or in the file of {@code --options}, as opposed to defaults
 */
record Call<O extends PipelineOptions>(
    O options, List<String> typed, Arguments arguments, PrintStream out, PrintStream err) {
  Call {
    typed = List.copyOf(typed);
  }

  /** The names of the options that were given. */
  Set<String> given() {
    return arguments.given();
  }
}
