package org.epochflow.runners.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.epochflow.pipeline.experiment.Dimension;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.pipeline.store.Storage;

/** Reads what a tuning tries: {@code dropout=0,0.25}, {@code learningRate=0.0001..0.01:log}. */
final class Spaces {
  private static final Set<Class<?>> GROUPS =
      Set.of(ModelOptions.class, TrainingOptions.class, SplitOptions.class, FoldsOptions.class);
  private static final Set<String> FIXED = Set.of("classes", "monitor", "folds", "fold");
  private static final String LOG = ":log";

  private Spaces() {}

  /** The same in a file, as words of {@code --tune}. */
  static List<String> words(String path) throws IOException {
    String text = new String(Storage.read(DataFolders.absolute(path)), StandardCharsets.UTF_8);
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
  static Space parse(List<String> words, int points, Set<String> given) {
    List<Dimension> dimensions = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String word : words) {
      String[] parts = word.split("=", 2);
      if (parts.length < 2) {
        throw new UsageException(
            "Expected --tune=OPTION=VALUES, as in --tune=dropout=0,0.25, found --tune=" + word);
      }
      Option option = option(parts[0]);
      if (!seen.add(option.name())) {
        throw new UsageException("Expected --tune=%s once, found it twice".formatted(parts[0]));
      } else if (given.contains(option.name())) {
        throw new UsageException(
            "Expected --%s or --tune=%s, found both".formatted(option.name(), word));
      }
      dimensions.add(dimension(option, parts[1], points));
    }
    if (dimensions.isEmpty()) {
      throw new UsageException("tune needs --tune=OPTION=VALUES or --space=FILE");
    }
    return new Space(dimensions);
  }

  private static Option option(String name) {
    TreeMap<String, Option> tunable = new TreeMap<>();
    Option.ours(TrainOptions.class).stream()
        .filter(option -> GROUPS.contains(option.group()) && !FIXED.contains(option.name()))
        .forEach(option -> tunable.put(option.name(), option));
    Option option = tunable.get(name);
    if (option == null) {
      throw new UsageException(
          "Expected --tune of one of %s, found %s%s"
              .formatted(
                  String.join(", ", tunable.keySet()),
                  name,
                  Nearest.question(name, tunable.keySet())));
    }
    return option;
  }

  private static Dimension dimension(Option option, String text, int points) {
    if (option.number() && text.contains("..")) {
      return range(option, text, points);
    }
    List<String> values = new ArrayList<>();
    for (String value : text.split(",", -1)) {
      String checked = option.checked(value);
      if (values.contains(checked)) {
        throw new UsageException(
            "Expected every value of --tune=%s once, found %s twice"
                .formatted(option.name(), value));
      }
      values.add(checked);
    }
    return new Dimension.Choice(option.name(), values);
  }

  private static Dimension range(Option option, String text, int points) {
    boolean log = text.endsWith(LOG);
    String[] ends = text.substring(0, text.length() - (log ? LOG.length() : 0)).split("\\.\\.", 2);
    BigDecimal from = new BigDecimal(option.checked(ends[0]));
    BigDecimal to = new BigDecimal(option.checked(ends[1]));
    if (from.compareTo(to) >= 0) {
      throw new UsageException(
          "Expected --tune=%s from a number to a larger one, found %s"
              .formatted(option.name(), text));
    } else if (log && from.signum() <= 0) {
      throw new UsageException(
          "Expected --tune=%s of numbers above 0 for :log, found %s"
              .formatted(option.name(), text));
    }
    return new Dimension.Range(option.name(), from, to, log, option.whole(), points);
  }
}
