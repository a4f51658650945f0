package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.runners.cli.Programs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script of {@code epochflow completion}, in a bash. */
class CompletionVerbTest {
  /** Completes the last of its arguments, which are as bash cuts a command line. */
  private static final String COMPLETE =
      """
      source completion.sh
      compopt() { :; }
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
      $(complete -p epochflow | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      IFS=' '; echo "${COMPREPLY[*]}"
      """;

  private final Path folder;

  CompletionVerbTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeEach
  void writeScript() throws IOException {
    Files.writeString(folder.resolve("completion.sh"), Programs.run("completion").out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochflow tr | train",
        "epochflow registry pro | promote",
        "epochflow train --ep | --epochs= --epsilon= --epochRetries=",
        "epochflow train --resu | --resume",
        "epochflow train --strategy = | local local-adam server-adam",
        "epochflow train --strategy = se | server-adam",
        "epochflow tune --epochs = 3 --searc | --search=",
        "epochflow registry show --registry = compl | completion.sh",
      })
  void verbsOptionsAndValuesAreCompleted(String words, String completed) throws Exception {
    assertEquals(completed + "\n", complete(words.split(" ")));
  }

  @Test
  void noVerbIsMissing() throws Exception {
    assertEquals(
        "train evaluate predict export serve tune crossvalidate show convert retrain registry completion\n",
        complete("epochflow", ""));
  }

  private String complete(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", "-c", COMPLETE, "bash"));
    command.addAll(List.of(words));
    Process bash =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), output);
    return output;
  }
}
