package org.epochflow.runners.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an experiment was asked, now or when it began: the options that decide what comes out. An
 * experiment's folder keeps it as an {@link OptionsFile}.
 */
final class Request {
  private static final Set<Class<?>> NOT_DECIDING =
      Set.of(ExperimentOptions.class, ClusterOptions.class, GeneralOptions.class);

  private Request() {}

  /**
   * The options of a new experiment, or those of the one that is gone on with.
   *
   * @param typed with what else it takes replaced by what is saved
   * @param saved the text of what it began with
   * @throws UsageException where something else is asked than then; data may have moved
   */
  static Arguments resolve(
      Arguments typed, Command<?> command, Optional<String> saved, boolean resume, String output) {
    Arguments deciding = absolute(typed.only(option -> decides(option, command)));
    if (saved.isEmpty()) {
      return deciding;
    } else if (!resume) {
      throw new UsageException(
          "Expected an --output folder in which nothing has begun, found one of %s: %s;"
                  .formatted(command.name(), output)
              + " --resume goes on with it");
    }
    Arguments before = Arguments.parse(OptionsFile.parse(saved.get()), command, List.of(command));
    for (Map.Entry<Option, List<String>> entry : deciding.values().entrySet()) {
      String name = entry.getKey().name();
      List<String> then = before.all(name);
      if (entry.getKey().group() != DataOptions.class && !then.equals(entry.getValue())) {
        throw new UsageException(
            "Expected --%s as when it began (%s), or not at all, found %s"
                .formatted(
                    name,
                    then.isEmpty() ? "not given" : String.join(" ", then),
                    String.join(" ", entry.getValue())));
      }
    }
    return deciding.or(before);
  }

  private static boolean decides(Option option, Command<?> command) {
    return Option.ours(command.options()).contains(option)
        && !NOT_DECIDING.contains(option.group());
  }

  /** The same with paths that mean the same in any working directory. */
  private static Arguments absolute(Arguments arguments) {
    Map<Option, List<String>> values = new LinkedHashMap<>(arguments.values());
    values.replaceAll(
        (option, all) -> isPath(option, all) ? all.stream().map(Request::absolute).toList() : all);
    return new Arguments(values);
  }

  private static boolean isPath(Option option, List<String> values) {
    return switch (option.name()) {
      case "model" -> values.stream().allMatch(model -> model.matches(".*[/.].*"));
      case "classNames" -> values.stream().allMatch(NamedClasses::inFile);
      default -> option.group() == DataOptions.class && !option.number();
    };
  }

  /** Of one path, or of several with commas. */
  private static String absolute(String paths) {
    return Stream.of(paths.split(",", -1))
        .map(DataFolders::absolute)
        .collect(Collectors.joining(","));
  }

  /** The same with what a file spans in place of the file. */
  static Arguments withSpace(Arguments arguments) throws IOException {
    List<Option> ours = Option.ours(TuneOptions.class);
    Arguments all = arguments;
    for (String file : arguments.all("space")) {
      List<String> words = new ArrayList<>(arguments.all("tune"));
      words.addAll(Spaces.words(file));
      Option tune = ours.stream().filter(o -> o.name().equals("tune")).findFirst().orElseThrow();
      all = new Arguments(Map.of(tune, words)).or(arguments.only(o -> !o.name().equals("space")));
    }
    return all;
  }
}
