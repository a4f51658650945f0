package org.epochflow.runners.cli;

import java.io.PrintStream;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.commons.text.WordUtils;

/** The help screens, at most {@value #WIDTH} columns wide. */
record Help(List<Command<?>> commands) {
  private static final int WIDTH = 100;
  private static final int INDENT = 33;
  private static final String EXIT_CODES =
      """

      Exit codes
        0 done, 1 failed, 2 bad usage or bad input; of retrain also 3 trained and not promoted, 4 too
        much drift
      """;

  Help {
    commands = List.copyOf(commands);
  }

  /** What {@code epochflow --help} prints. */
  String overview() {
    StringBuilder text = new StringBuilder();
    text.append("epochflow trains image classifiers data-parallel, as Apache Beam pipelines.\n\n");
    text.append("Usage: epochflow VERB [--option=value ...]\n\nVerbs\n");
    for (Command<?> command : commands) {
      text.append(entry(command.name(), command.summary()));
    }
    text.append("\nHelp\n");
    text.append(entry("--help, VERB --help", "This screen; the options of a verb"));
    text.append(
        entry("--help=runner", "The options of Beam and its runners, which every verb takes"));
    text.append(entry("--version", "The version"));
    List<String> first = commands.stream().map(command -> command.examples().get(0)).toList();
    return text.append(EXIT_CODES).append(examples(first)).toString();
  }

  /** What {@code epochflow VERB --help} prints: options by interface, in the interfaces' order. */
  static String of(Command<?> command) {
    StringBuilder text = new StringBuilder();
    text.append("Usage: epochflow %s [--option=value ...]\n\n".formatted(command.name()));
    text.append(WordUtils.wrap(command.summary() + ".", WIDTH)).append('\n');
    Map<Class<?>, List<Option>> groups =
        Option.ours(command.options()).stream()
            .collect(
                Collectors.groupingBy(
                    Option::group, LinkedHashMap::new, Collectors.toUnmodifiableList()));
    groups.forEach(
        (group, options) -> {
          text.append('\n').append(title(group)).append('\n');
          options.forEach(option -> text.append(entry(option.usage(), explained(option))));
        });
    text.append("\nRunner\n");
    text.append(entry("--runner=NAME ...", "Beam's own options: see epochflow --help=runner"));
    return text.append(EXIT_CODES).append(examples(command.examples())).toString();
  }

  /** {@code ClassNamesOptions} are {@code Class names}. */
  private static String title(Class<?> group) {
    String words =
        group.getSimpleName().replace("Options", "").replaceAll("(?<=[a-z])([A-Z])", " $1");
    return words.charAt(0) + words.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String explained(Option option) {
    String details =
        Stream.of(
                option.required() ? Stream.of("required") : Stream.<String>empty(),
                option.range().stream(),
                option.fallback().map(fallback -> "default " + fallback).stream())
            .flatMap(stream -> stream)
            .collect(Collectors.joining("; "));
    return option.description() + (details.isEmpty() ? "" : " [" + details + "]");
  }

  private static String entry(String name, String explanation) {
    String[] lines = WordUtils.wrap(explanation, WIDTH - INDENT, "\n", false).split("\n", -1);
    StringBuilder text = new StringBuilder("  ").append(name);
    if (text.length() > INDENT - 2) {
      text.append('\n').append(" ".repeat(INDENT));
    } else {
      text.append(" ".repeat(INDENT - text.length()));
    }
    return text.append(String.join("\n" + " ".repeat(INDENT), lines)).append('\n').toString();
  }

  private static String examples(List<String> examples) {
    return examples.stream()
        .map(example -> "  " + example + "\n")
        .collect(Collectors.joining("", "\nExamples\n", ""));
  }

  /** Beam's help for each of the interfaces that it and its runners register. */
  static void ofRunners(PrintStream out) {
    PipelineOptionsFactory.getRegisteredOptions().stream()
        .sorted(Comparator.comparing(Class::getName))
        .forEach(options -> PipelineOptionsFactory.printHelp(out, options));
    out.print(RunnerDefaults.SHOWN);
  }
}
