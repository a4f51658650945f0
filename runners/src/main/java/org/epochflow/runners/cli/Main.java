package org.epochflow.runners.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.epochflow.runners.flink.HostedProgram;

/** The program: {@code epochflow VERB [--option=value ...]}. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    // Libraries format in the default locale: the digits that a program reads are 0 to 9
    // everywhere.
    Locale.setDefault(Locale.ROOT);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    HostedProgram.requireSession();
    System.exit(Program.run(args, out, err));
  }
}
