package org.epochflow.runners.terminal;

/** What the launcher knows of standard output. */
public final class Terminal {
  private Terminal() {}

  /**
   * Whether standard output is a terminal that moves its cursor. {@code System.console()} no longer
   * tells since JDK 22, so the launcher does.
   */
  public static boolean live() {
    return Boolean.getBoolean("epochflow.terminal");
  }
}
