package org.epochflow.runners.option;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every verb takes. */
public final class GeneralOptions {
  @Option(
      names = "--options",
      paramLabel = "FILE",
      description =
          "Read options from a file: a JSON object of values by option name. What is typed takes"
              + " precedence")
  public @Nullable String options;

  @Option(names = "--quiet", description = "Print only errors and the paths of the outputs")
  public boolean quiet;

  @Option(
      names = "--verbose",
      description = "Print the log messages of the libraries as well, on standard error")
  public boolean verbose;
}
