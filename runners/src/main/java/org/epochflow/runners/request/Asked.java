package org.epochflow.runners.request;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.DataOptions;
import org.epochflow.runners.option.ExperimentOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.MLflowOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.UsageException;

/**
 * What an experiment is asked to do, now or when it began: the options that affect its result. An
 * experiment's folder keeps it as an {@link OptionsFile}.
 *
 * @param verb {@code tune} or {@code crossvalidate}
 * @param rules of the verb's options
 */
public record Asked(String verb, Map<String, Rule> rules) {
  private static final Set<Class<?>> WITHOUT_EFFECT =
      Set.of(
          ExperimentOptions.class, MLflowOptions.class, ClusterOptions.class, GeneralOptions.class);

  /**
   * The options of a new experiment, or of the one that continues.
   *
   * @param typed what is typed now; what is not is as it was
   * @param saved the text of what it began with
   * @throws UsageException where something else is asked than then; data may have moved
   */
  public Arguments resolve(Arguments typed, Optional<String> saved, boolean resume, String output) {
    Arguments asked = absolute(typed.only(name -> !WITHOUT_EFFECT.contains(rule(name).group())));
    if (saved.isEmpty()) {
      return asked;
    } else if (!resume) {
      throw new UsageException(
          "Expected an --output folder in which nothing has begun, found one of %s: %s;"
                  .formatted(verb, output)
              + " --resume continues it");
    }
    Arguments before = checked(OptionsFile.parse(saved.get()));
    asked.values().forEach((name, values) -> requireSame(name, before.all(name), values));
    return asked.or(before);
  }

  private Arguments checked(List<String> words) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String word : words) {
      String[] parts = word.substring(2).split("=", 2);
      values
          .computeIfAbsent(parts[0], n -> new ArrayList<>())
          .add(rule(parts[0]).canonical(parts[1]));
    }
    return new Arguments(values, List.of());
  }

  private Rule rule(String name) {
    return Optional.ofNullable(rules.get(name))
        .orElseThrow(
            () -> new UsageException("Expected an option of %s, found --%s".formatted(verb, name)));
  }

  private void requireSame(String name, List<String> then, List<String> now) {
    if (rule(name).group() != DataOptions.class && !then.equals(now)) {
      throw new UsageException(
          "Expected --%s as when it began (%s), or not at all, found %s"
              .formatted(
                  name,
                  then.isEmpty() ? "not given" : String.join(" ", then),
                  String.join(" ", now)));
    }
  }

  /** The same with paths that mean the same in any working directory. */
  private Arguments absolute(Arguments arguments) {
    Map<String, List<String>> values = new LinkedHashMap<>(arguments.values());
    values.replaceAll(
        (name, all) -> isPath(name, all) ? all.stream().map(Asked::absolute).toList() : all);
    return new Arguments(values, List.of());
  }

  private boolean isPath(String name, List<String> values) {
    return switch (name) {
      case "model" -> values.stream().allMatch(model -> model.matches(".*[/.].*"));
      case "classNames" -> values.stream().allMatch(NamedClasses::inFile);
      default -> rule(name).group() == DataOptions.class;
    };
  }

  /** Of one path, or of several with commas. */
  private static String absolute(String paths) {
    return Stream.of(paths.split(",", -1)).map(Location::absolute).collect(Collectors.joining(","));
  }

  /** The same with the contents of the files of {@code --space} in place of the files. */
  public static Arguments withSpace(Arguments arguments) throws IOException {
    if (arguments.all("space").isEmpty()) {
      return arguments;
    }
    List<String> tune = new ArrayList<>(arguments.all("tune"));
    for (String file : arguments.all("space")) {
      tune.addAll(Spaces.words(file));
    }
    Arguments others = arguments.only(name -> !name.equals("space"));
    return new Arguments(Map.of("tune", tune), List.of()).or(others);
  }
}
