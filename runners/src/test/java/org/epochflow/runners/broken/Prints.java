package org.epochflow.runners.broken;

/** Breaks the rule that the process's streams and exit are the command line's. */
final class Prints {
  private Prints() {}

  static void out() {
    System.out.println();
  }
}
