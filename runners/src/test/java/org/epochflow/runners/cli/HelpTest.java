package org.epochflow.runners.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.verb.Verbs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help, the guides and the options agree. */
class HelpTest {
  private static final Set<String> OF_OTHERS =
      Set.of(
          "add-modules",
          "awsRegion",
          "class",
          "data-binary",
          "detached",
          "folder",
          "hdfsConfiguration",
          "help",
          "rm",
          "serve-artifacts",
          "slots",
          "taskManagers",
          "version");

  static Map<String, CommandLine> verbs() {
    return Program.verbs(new CommandLine(new Verbs()));
  }

  static Set<String> names() {
    return verbs().keySet();
  }

  @ParameterizedTest
  @MethodSource("names")
  void helpHasEachOptionOfAVerbOnce(String name) {
    CommandLine verb = Objects.requireNonNull(verbs().get(name));
    String help = HelpScreens.of(verb);
    for (Rule rule : Rule.of(verb.getCommandSpec()).values()) {
      Pattern entry = Pattern.compile("(?m)^  --%s(=\\S+)?( |$)".formatted(rule.name()));
      assertEquals(1, entry.matcher(help).results().count(), rule.usage() + "\n" + help);
      assertFalse(rule.description().isBlank(), rule.usage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../README.md",
        "docs/data-formats.md",
        "docs/flink.md",
        "docs/mlflow.md",
        "docs/optimizers.md",
        "docs/retraining.md",
        "docs/serving.md",
        "docs/tuning.md"
      })
  void everyOptionInAGuideExists(String guide) throws IOException {
    Set<String> known = new TreeSet<>(OF_OTHERS);
    known.addAll(BeamOptions.known().keySet());
    verbs().values().forEach(verb -> known.addAll(Rule.of(verb.getCommandSpec()).keySet()));
    Set<String> shown =
        Pattern.compile("(?<![\\w-])--([a-zA-Z][a-zA-Z0-9-]*)")
            .matcher(Files.readString(Path.of(guide)))
            .results()
            .map(option -> option.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    shown.removeAll(known);
    assertEquals(Set.of(), shown);
  }

  @Test
  void everyExampleOfHelpHasOptionsThatExist() {
    verbs()
        .forEach(
            (name, verb) ->
                Stream.of(verb.getCommandSpec().usageMessage().footer())
                    .filter(example -> example.startsWith("epochflow " + name + " "))
                    .flatMap(example -> Stream.of(example.split(" ")))
                    .filter(word -> word.startsWith("--"))
                    .map(word -> word.substring(2).split("=", 2)[0])
                    .forEach(
                        option ->
                            assertEquals(
                                true,
                                Rule.of(verb.getCommandSpec()).containsKey(option),
                                name + " --" + option)));
  }
}
