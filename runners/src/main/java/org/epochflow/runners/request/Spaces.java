package org.epochflow.runners.request;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.epochflow.pipeline.experiment.Dimension;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.FoldsOptions;
import org.epochflow.runners.option.ModelOptions;
import org.epochflow.runners.option.Nearest;
import org.epochflow.runners.option.OptimizerOptions;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.SplitOptions;
import org.epochflow.runners.option.TrainingOptions;
import org.epochflow.runners.option.UsageException;
import org.jspecify.annotations.Nullable;

/** Reads what a tuning tries: {@code dropout=0,0.25}, {@code learningRate=0.0001..0.01:log}. */
public final class Spaces {
  private static final Set<Class<?>> GROUPS =
      Set.of(
          ModelOptions.class,
          TrainingOptions.class,
          OptimizerOptions.class,
          SplitOptions.class,
          FoldsOptions.class);
  private static final Set<String> FIXED = Set.of("classes", "monitor", "topK", "folds", "fold");
  private static final String LOG = ":log";

  /** The options that can be tuned, by their names. */
  private static final SortedMap<String, Rule> TUNABLE = tunable();

  private Spaces() {}

  /** The same in a file, as words of {@code --tune}. */
  static List<String> words(String path) throws IOException {
    String text = Texts.read(path);
    List<String> words = new ArrayList<>();
    try {
      JsonNode object = OptionsFile.object(text);
      object.properties().forEach(field -> words.add(word(field.getKey(), field.getValue())));
    } catch (UsageException e) {
      throw new UsageException("%s (%s)".formatted(e.getMessage(), path));
    }
    return words;
  }

  private static String word(String name, JsonNode field) {
    List<String> values = OptionsFile.values(name, field);
    if (field.isArray() && values.stream().anyMatch(value -> value.contains(","))) {
      throw new UsageException(
          "Expected values without commas for %s, found %s".formatted(name, field));
    }
    return name + "=" + String.join(",", values);
  }

  /**
   * The space that such words span.
   *
   * @param points how many values a grid takes of a range
   * @param given the options that are typed, which cannot be tuned
   * @throws UsageException where an option cannot be tuned, or a value is none of its
   */
  public static Space parse(List<String> words, int points, Set<String> given) {
    List<Dimension> dimensions = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String word : words) {
      String[] parts = word.split("=", 2);
      if (parts.length < 2) {
        throw new UsageException(
            "Expected --tune=OPTION=VALUES, as in --tune=dropout=0,0.25, found --tune=" + word);
      }
      Rule rule = rule(parts[0]);
      if (!seen.add(rule.name())) {
        throw new UsageException("Expected --tune=%s once, found it twice".formatted(parts[0]));
      } else if (given.contains(rule.name())) {
        throw new UsageException(
            "Expected --%s or --tune=%s, found both".formatted(rule.name(), word));
      }
      dimensions.add(dimension(rule, parts[1], points));
    }
    if (dimensions.isEmpty()) {
      throw new UsageException("tune needs --tune=OPTION=VALUES or --space=FILE");
    }
    return new Space(dimensions);
  }

  private static SortedMap<String, Rule> tunable() {
    SortedMap<String, Rule> tunable = new TreeMap<>(Rule.of(new ConfigOptions()));
    tunable
        .values()
        .removeIf(rule -> !GROUPS.contains(rule.group()) || FIXED.contains(rule.name()));
    return Collections.unmodifiableSortedMap(tunable);
  }

  private static Rule rule(String name) {
    @Nullable Rule rule = TUNABLE.get(name);
    if (rule == null) {
      throw new UsageException(
          "Expected --tune of one of %s, found %s%s"
              .formatted(
                  String.join(", ", TUNABLE.keySet()),
                  name,
                  Nearest.question(name, TUNABLE.keySet())));
    }
    return rule;
  }

  private static Dimension dimension(Rule rule, String text, int points) {
    if (rule.number() && text.contains("..")) {
      return range(rule, text, points);
    }
    List<String> values = new ArrayList<>();
    for (String value : text.split(",", -1)) {
      String checked = rule.canonical(value);
      if (values.contains(checked)) {
        throw new UsageException(
            "Expected every value of --tune=%s once, found %s twice".formatted(rule.name(), value));
      }
      values.add(checked);
    }
    return new Dimension.Choice(rule.name(), values);
  }

  private static Dimension range(Rule rule, String text, int points) {
    boolean log = text.endsWith(LOG);
    String[] ends = text.substring(0, text.length() - (log ? LOG.length() : 0)).split("\\.\\.", 2);
    BigDecimal from = new BigDecimal(rule.canonical(ends[0]));
    BigDecimal to = new BigDecimal(rule.canonical(ends[1]));
    if (from.compareTo(to) >= 0) {
      throw new UsageException(
          "Expected --tune=%s from a number to a larger one, found %s"
              .formatted(rule.name(), text));
    } else if (log && from.signum() <= 0) {
      throw new UsageException(
          "Expected --tune=%s of numbers above 0 for :log, found %s".formatted(rule.name(), text));
    }
    return new Dimension.Range(rule.name(), from, to, log, rule.whole(), points);
  }
}
