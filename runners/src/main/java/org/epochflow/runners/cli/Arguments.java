package org.epochflow.runners.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/**
 * What was typed after a verb, checked: every option is one of the verb's or one of Beam's, stands
 * once, and has a value of its type, range and choices.
 *
 * @param values by option; in the form that Beam parses, the repeatable ones with all their values
 */
record Arguments(Map<Option, List<String>> values) {
  Arguments {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * What was typed, and what {@code --options} has in its file besides.
   *
   * @throws UsageException naming what cannot be, also in the file, or what is missing
   */
  static Arguments read(List<String> typed, Command<?> command, List<Command<?>> commands)
      throws IOException {
    Arguments arguments = parse(typed, command, commands);
    for (String file : arguments.all("options")) {
      try {
        arguments = arguments.or(parse(OptionsFile.words(file), command, commands));
      } catch (UsageException e) {
        throw new UsageException("%s (%s)".formatted(e.getMessage(), file));
      }
    }
    requireThoseRequired(command, arguments.values.keySet());
    return arguments;
  }

  /**
   * @param commands all of them, to tell which verb an option belongs to
   * @throws UsageException naming what cannot be
   */
  static Arguments parse(List<String> typed, Command<?> command, List<Command<?>> commands) {
    Map<String, Option> known = byName(Option.beams());
    known.putAll(byName(Option.ours(command.options())));
    Map<Option, List<String>> values = new LinkedHashMap<>();
    for (int i = 0; i < typed.size(); i++) {
      String word = typed.get(i);
      String[] parts = word.split("=", 2);
      String name = optionName(parts[0], word, command);
      Option option = known.get(name);
      if (option == null) {
        throw new UsageException(unknown(name, command, known.keySet(), commands));
      }
      String next = i + 1 < typed.size() ? typed.get(i + 1) : "";
      String value = parts.length == 2 ? parts[1] : valueless(option, next);
      List<String> before = values.computeIfAbsent(option, o -> new ArrayList<>());
      if (!before.isEmpty() && !option.repeatable()) {
        throw new UsageException("Expected --%s once, found it twice".formatted(name));
      }
      before.add(option.checked(value));
    }
    return new Arguments(values);
  }

  /** These, and of others those that are not among them. */
  Arguments or(Arguments others) {
    Map<Option, List<String>> all = new LinkedHashMap<>(others.values);
    all.putAll(values);
    return new Arguments(all);
  }

  /** Those of which a condition holds. */
  Arguments only(Predicate<Option> condition) {
    Map<Option, List<String>> some = new LinkedHashMap<>(values);
    some.keySet().removeIf(condition.negate());
    return new Arguments(some);
  }

  /** The values of an option, none where it was not given. */
  List<String> all(String name) {
    return values.entrySet().stream()
        .filter(entry -> entry.getKey().name().equals(name))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  /** As they could be typed, by name. */
  List<String> words() {
    return values.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().name()))
        .flatMap(e -> e.getValue().stream().map(v -> "--" + e.getKey().name() + "=" + v))
        .toList();
  }

  private static Map<String, Option> byName(List<Option> options) {
    return options.stream()
        .collect(
            Collectors.toMap(
                Option::name, Function.identity(), (first, same) -> first, LinkedHashMap::new));
  }

  private static String optionName(String name, String word, Command<?> command) {
    if (name.matches("--[^-].*")) {
      return name.substring(2);
    } else if (name.matches("-[^-].+")) {
      throw new UsageException("Expected two dashes: -%s, found %s".formatted(word, word));
    }
    throw new UsageException(
        "Expected options after %s, each as --name=value, found '%s'"
            .formatted(command.name(), word));
  }

  private static String valueless(Option option, String next) {
    if (option.flag()) {
      return "true";
    }
    String example = next.isEmpty() || next.startsWith("-") ? option.usage() : "";
    throw new UsageException(
        "Expected a value after =, as in %s, found --%s alone"
            .formatted(
                example.isEmpty() ? "--" + option.name() + "=" + next : example, option.name()));
  }

  private static String unknown(
      String name, Command<?> command, Set<String> known, List<Command<?>> commands) {
    List<String> owners =
        commands.stream()
            .filter(c -> Option.ours(c.options()).stream().anyMatch(o -> o.name().equals(name)))
            .map(Command::name)
            .toList();
    if (!owners.isEmpty()) {
      return "--%s is an option of %s, not of %s"
          .formatted(name, String.join(" and ", owners), command.name());
    }
    List<String> dashed = known.stream().map(word -> "--" + word).toList();
    return "%s has no option --%s%s"
        .formatted(command.name(), name, Nearest.question("--" + name, dashed));
  }

  private static void requireThoseRequired(Command<?> command, Set<Option> given) {
    for (Option option : Option.ours(command.options())) {
      if (option.required() && !given.contains(option)) {
        throw new UsageException("%s needs %s".formatted(command.name(), option.usage()));
      }
    }
  }

  Set<String> given() {
    return values.keySet().stream().map(Option::name).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The options as Beam makes them.
   *
   * @throws UsageException where one of Beam's own has a value it does not take
   */
  <O extends PipelineOptions> O as(Class<O> type) {
    try {
      return PipelineOptionsFactory.fromArgs(words().toArray(String[]::new)).as(type);
    } catch (IllegalArgumentException e) {
      String message = Stream.of(String.valueOf(e.getMessage()).split("\n")).findFirst().orElse("");
      throw new UsageException("Beam does not take these options: " + message);
    }
  }
}
