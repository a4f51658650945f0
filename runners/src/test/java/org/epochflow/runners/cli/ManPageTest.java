package org.epochflow.runners.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.epochflow.runners.option.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** {@code epochflow --help=man}. */
class ManPageTest {
  private static final String PAGE = Programs.run("--help=man").out();

  @ParameterizedTest
  @MethodSource("org.epochflow.runners.cli.HelpTest#names")
  void itHasEachVerbWithItsOptions(String verb) {
    assertTrue(PAGE.contains("\n.TP\n\\fB" + verb + "\\fR\n"), verb);
    CommandLine command = Objects.requireNonNull(HelpTest.verbs().get(verb));
    for (Rule rule : Rule.of(command.getCommandSpec()).values()) {
      String option = "\n\\fB\\-\\-" + rule.name() + "\\fR";
      boolean listed =
          List.of(PAGE.split("\n\\.TP", -1)).stream()
              .filter(item -> item.startsWith(option))
              .anyMatch(item -> item.contains("\nVerbs: all.") || verbs(item).contains(verb));
      assertTrue(listed, "--%s of %s".formatted(rule.name(), verb));
    }
  }

  private static List<String> verbs(String item) {
    return List.of(item.replaceFirst("(?s).*\nVerbs: \\\\fI(.*?)\\\\fR.*", "$1").split(", ", -1));
  }

  @Test
  void everyLineIsTextOrAMacroOfMan() {
    List<String> macros = List.of("TH", "SH", "TP", "br", "nf", "fi");
    PAGE.lines()
        .filter(line -> line.startsWith("."))
        .forEach(line -> assertTrue(macros.contains(line.replaceAll("^.| .*", "")), line));
    assertTrue(PAGE.startsWith(".TH \"epochflow\" 1 "), PAGE.substring(0, 40));
  }

  @Test
  void groffFormatsItWithoutAWarning(@TempDir Path folder) throws Exception {
    assumeTrue(isInstalled("groff"), "groff is not installed");
    Path file = Files.writeString(folder.resolve("epochflow.1"), PAGE);
    Process groff =
        new ProcessBuilder("groff", "-man", "-ww", "-Tutf8", "-Kutf8", "-z", file.toString())
            .redirectErrorStream(true)
            .start();
    String warnings = new String(groff.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, groff.waitFor(), warnings);
    assertEquals("", warnings);
  }

  private static boolean isInstalled(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
