package org.epochflow.runners.cli;

import java.beans.Introspector;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.epochflow.runners.option.Nearest;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.UsageException;
import picocli.CommandLine;

/**
 * The options of Beam and its runners, as strict as ours: known ones alone, once, with a value.
 *
 * @param verb what they are typed after
 */
record BeamOptions(CommandLine verb) {
  /**
   * The values by name of words that are none of ours.
   *
   * @throws UsageException naming what is wrong
   */
  Map<String, List<String>> checked(List<String> words) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (words.isEmpty()) {
      return values;
    }
    Map<String, Class<?>> known = known();
    for (String word : words) {
      String[] parts = word.split("=", 2);
      String name = name(parts[0], word);
      Class<?> type = known.get(name);
      if (type == null) {
        throw unknown(name, known);
      }
      boolean flag = type == boolean.class || type == Boolean.class;
      if (parts.length == 1 && !flag) {
        throw new UsageException(
            "Expected a value after =, as in --%1$s=VALUE, found --%1$s alone".formatted(name));
      }
      List<String> before = values.computeIfAbsent(name, n -> new ArrayList<>());
      if (!before.isEmpty() && !type.isArray() && !Collection.class.isAssignableFrom(type)) {
        throw new UsageException("Expected --%s once, found it twice".formatted(name));
      }
      before.add(parts.length == 1 ? "true" : parts[1]);
      requireNumber(name, type, parts);
    }
    return values;
  }

  private String name(String name, String word) {
    if (name.matches("--[^-].*")) {
      return name.substring(2);
    } else if (name.matches("-[^-].+")) {
      throw new UsageException("Expected two dashes: -%1$s, found %1$s".formatted(word));
    }
    throw new UsageException(
        "Expected options after %s, each as --name=value, found '%s'"
            .formatted(Program.name(verb), word));
  }

  private UsageException unknown(String name, Map<String, Class<?>> known) {
    List<String> owners =
        Program.verbs(verb.getCommandSpec().root().commandLine()).entrySet().stream()
            .filter(other -> Rule.of(other.getValue().getCommandSpec()).containsKey(name))
            .map(Map.Entry::getKey)
            .toList();
    if (!owners.isEmpty()) {
      return new UsageException(
          "--%s is an option of %s, not of %s"
              .formatted(name, String.join(" and ", owners), Program.name(verb)));
    }
    List<String> dashed =
        Stream.concat(Rule.of(verb.getCommandSpec()).keySet().stream(), known.keySet().stream())
            .map(word -> "--" + word)
            .toList();
    return new UsageException(
        "%s has no option --%s%s"
            .formatted(Program.name(verb), name, Nearest.question("--" + name, dashed)));
  }

  private static void requireNumber(String name, Class<?> type, String[] parts) {
    List<Class<?>> whole = List.of(int.class, Integer.class, long.class, Long.class);
    try {
      if (whole.contains(type)) {
        Long.parseLong(parts[1]);
      }
    } catch (NumberFormatException e) {
      throw new UsageException(
          "Expected --%s to be a whole number, found '%s'".formatted(name, parts[1]));
    }
  }

  /** The type of every option by its name. */
  static Map<String, Class<?>> known() {
    Map<String, Class<?>> known = new TreeMap<>();
    Stream.concat(
            Stream.of(PipelineOptions.class),
            PipelineOptionsFactory.getRegisteredOptions().stream()
                .sorted(Comparator.comparing(Class::getName)))
        .flatMap(BeamOptions::withInherited)
        .distinct()
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(m -> m.getName().matches("(get|is)[A-Z].*") && m.getParameterCount() == 0)
        .forEach(getter -> known.putIfAbsent(property(getter), getter.getReturnType()));
    return known;
  }

  private static Stream<Class<?>> withInherited(Class<?> type) {
    return Stream.concat(
        Stream.of(type),
        Arrays.stream(type.getInterfaces())
            .filter(PipelineOptions.class::isAssignableFrom)
            .flatMap(BeamOptions::withInherited));
  }

  private static String property(Method getter) {
    return Introspector.decapitalize(getter.getName().replaceFirst("^(get|is)", ""));
  }

  /**
   * The options as Beam makes them.
   *
   * @throws UsageException where one has a value that Beam does not take
   */
  static PipelineOptions made(Map<String, List<String>> values) {
    List<String> words = new ArrayList<>();
    values.forEach((name, all) -> all.forEach(value -> words.add("--" + name + "=" + value)));
    try {
      return PipelineOptionsFactory.fromArgs(words.toArray(String[]::new)).create();
    } catch (IllegalArgumentException e) {
      String message = Stream.of(String.valueOf(e.getMessage()).split("\n")).findFirst().orElse("");
      throw new UsageException("Beam does not take these options: " + message);
    }
  }
}
