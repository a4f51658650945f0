package org.epochflow.runners.broken;

/** Breaks the rule that the process's streams and exit are the command line's. */
final class Exits {
  private Exits() {}

  static void now() {
    System.exit(0);
  }
}
