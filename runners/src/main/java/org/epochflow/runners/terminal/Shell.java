package org.epochflow.runners.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Command lines of this program, to be copied into a shell. */
public final class Shell {
  /** The system property by which the launcher tells how it was called. */
  private static final String PROGRAM = "epochflow.program";

  private Shell() {}

  /** A whole command line. */
  public static String command(String verb, List<String> words) {
    List<String> line = new ArrayList<>(List.of(System.getProperty(PROGRAM, "epochflow"), verb));
    line.addAll(words);
    return quoted(line);
  }

  /** A line of words as a shell takes them. */
  public static String quoted(List<String> line) {
    return line.stream().map(Shell::quoted).collect(Collectors.joining(" "));
  }

  /** A word as a shell takes it; what stands after = in quotes of its own. */
  private static String quoted(String word) {
    if (word.matches("[A-Za-z0-9_./:@%+,=-]+")) {
      return word;
    }
    int value = word.startsWith("--") ? word.indexOf('=') + 1 : 0;
    return word.substring(0, value) + "'" + word.substring(value).replace("'", "'\\''") + "'";
  }
}
