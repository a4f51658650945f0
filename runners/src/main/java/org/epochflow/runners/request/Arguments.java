package org.epochflow.runners.request;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.UsageException;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * What was typed, checked: each option has values of its type, range and words, and one that does
 * not repeat has one.
 *
 * @param values by the options' names, each in its one spelling
 * @param others words that are none of our options: they may be Beam's
 */
public record Arguments(Map<String, List<String>> values, List<String> others) {
  /** No word holds it, so that all words are options. */
  private static final String NEVER = "\0";

  public Arguments {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    others = List.copyOf(others);
  }

  /**
   * Fills in an object's options from words. What is required may be missing.
   *
   * @throws UsageException naming what is wrong
   */
  public static Arguments parse(Object options, List<String> words) {
    return parse(new CommandLine(options), words);
  }

  /** The same of an object whose options picocli knows already; it may be used again. */
  static Arguments parse(CommandLine command, List<String> words) {
    CommandSpec spec = command.getCommandSpec();
    Map<String, Rule> rules = Rule.of(spec);
    for (int i = 0; i < words.size(); i++) {
      requireValue(words.get(i), i + 1 < words.size() ? words.get(i + 1) : "-", rules);
    }
    spec.parser()
        .collectErrors(true)
        .unmatchedArgumentsAllowed(true)
        .posixClusteredShortOptionsAllowed(false)
        .expandAtFiles(false)
        .endOfOptionsDelimiter(NEVER);
    ParseResult result = command.parseArgs(words.toArray(String[]::new));
    for (Exception error : result.errors()) {
      if (!(error instanceof MissingParameterException)) {
        throw translated(error);
      }
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (OptionSpec option : result.matchedOptions()) {
      Rule rule = Rule.of(option);
      List<String> typed =
          rule.flag() ? List.of(option.getValue().toString()) : option.originalStringValues();
      values.put(rule.name(), typed.stream().map(rule::canonical).toList());
    }
    return new Arguments(values, result.unmatched());
  }

  private static void requireValue(String word, String next, Map<String, Rule> rules) {
    if (word.startsWith("--") && rules.containsKey(word.substring(2))) {
      Rule rule = rules.get(word.substring(2));
      if (!rule.flag()) {
        throw new UsageException(
            "Expected a value after =, as in %s, found %s alone"
                .formatted(next.startsWith("-") ? rule.usage() : word + "=" + next, word));
      }
    }
  }

  /** An error of picocli's in our words. */
  private static UsageException translated(Exception error) {
    if (error instanceof OverwrittenOptionException twice) {
      return new UsageException(
          "Expected %s once, found it twice"
              .formatted(((OptionSpec) twice.getOverwritten()).longestName()));
    } else if (error instanceof ParameterException value
        && value.getArgSpec() instanceof OptionSpec option) {
      Rule.of(option).canonical(String.valueOf(value.getValue()));
    }
    return new UsageException(String.valueOf(error.getMessage()));
  }

  /** Refuses what lacks an option that a verb requires. */
  public void requireWhole(String verb, Map<String, Rule> rules) {
    for (Rule rule : rules.values()) {
      if (rule.option().required() && !values.containsKey(rule.name())) {
        throw new UsageException("%s needs %s".formatted(verb, rule.usage()));
      }
    }
  }

  /** These, and of others those that are not among them. */
  Arguments or(Arguments more) {
    Map<String, List<String>> all = new LinkedHashMap<>(more.values);
    all.putAll(values);
    return new Arguments(all, others);
  }

  /** Those whose names meet a condition. */
  Arguments only(Predicate<String> names) {
    Map<String, List<String>> some = new LinkedHashMap<>(values);
    some.keySet().removeIf(names.negate());
    return new Arguments(some, List.of());
  }

  /** The values of an option, none where it was not given. */
  public List<String> all(String name) {
    return values.getOrDefault(name, List.of());
  }

  /** The names of the options that were given. */
  public Set<String> given() {
    return values.keySet();
  }

  /** As they could be typed, by name. */
  public List<String> words() {
    List<String> words = new ArrayList<>();
    new TreeMap<>(values)
        .forEach((name, all) -> all.forEach(value -> words.add("--" + name + "=" + value)));
    return words;
  }
}
