package org.epochflow.runners.cli;

/** What the launcher knows of standard output. */
final class Terminal {
  private Terminal() {}

  /**
   * Whether standard output is a terminal that moves its cursor. {@code System.console()} no longer
   * tells since JDK 22, so the launcher does.
   */
  static boolean live() {
    return Boolean.getBoolean("epochflow.terminal");
  }
}
