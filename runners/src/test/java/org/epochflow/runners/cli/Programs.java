package org.epochflow.runners.cli;

import java.io.PrintStream;
import org.epochflow.runners.verb.Pipelines;

/** Whole command lines. */
public final class Programs {
  private Programs() {}

  public static int run(Pipelines pipelines, String[] args, PrintStream out, PrintStream err) {
    return new Program(pipelines).run(args, out, err);
  }
}
