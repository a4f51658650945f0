package org.epochflow.runners.option;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.epochflow.model.nn.Loss;
import org.jspecify.annotations.Nullable;

/**
 * How much the examples of each class count: {@code balanced}, or {@code 0:1,Bag:2.5}, labels or
 * names of classes with their weights, separated by commas or plus signs; all others weigh 1.
 *
 * @param weights by what is typed for the class, in that order
 */
public record ClassWeights(boolean balanced, Map<String, Double> weights) {
  /** All weigh 1. */
  public static final ClassWeights NONE = new ClassWeights(false, Map.of());

  private static final String NO_WEIGHTS = "none";

  public ClassWeights {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public static ClassWeights parse(String text) {
    if (text.equals(NO_WEIGHTS)) {
      return NONE;
    } else if (text.equals(Loss.Settings.BALANCED)) {
      return new ClassWeights(true, Map.of());
    }
    Map<String, Double> weights = new LinkedHashMap<>();
    for (String each : text.split("[,+]", -1)) {
      int colon = each.lastIndexOf(':');
      @Nullable Double weight = colon < 1 ? null : weight(each.substring(colon + 1));
      if (weight == null) {
        throw new IllegalArgumentException(
            "Expected balanced, none, or class weights such as 0:1,1:3, found '%s'"
                .formatted(each));
      } else if (weights.put(each.substring(0, colon).strip(), weight) != null) {
        throw new IllegalArgumentException("Expected one weight of a class, found two: " + each);
      }
    }
    return new ClassWeights(false, weights);
  }

  private static @Nullable Double weight(String text) {
    try {
      double weight = Double.parseDouble(text);
      return weight >= 0 && Double.isFinite(weight) ? weight : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    if (balanced) {
      return Loss.Settings.BALANCED;
    }
    return weights.isEmpty()
        ? NO_WEIGHTS
        : weights.entrySet().stream()
            .map(weight -> weight.getKey() + ":" + weight.getValue())
            .collect(Collectors.joining(","));
  }

  /**
   * As a training's configuration has it, with labels.
   *
   * @param names of the classes
   * @throws UsageException if a class is none of them
   */
  public @Nullable String text(List<String> names) {
    if (balanced) {
      return Loss.Settings.BALANCED;
    }
    Map<Integer, Double> labels = new TreeMap<>();
    weights.forEach(
        (typed, weight) -> {
          if (labels.put(label(typed, names), weight) != null) {
            throw new UsageException(
                "Expected one weight of a class in --classWeights, found two of " + typed);
          }
        });
    return labels.isEmpty() ? null : Loss.Settings.text(labels);
  }

  private static int label(String typed, List<String> names) {
    int label = names.indexOf(typed);
    if (label < 0 && typed.matches("\\d{1,5}")) {
      label = Integer.parseInt(typed);
    }
    if (label < 0 || label >= names.size()) {
      throw new UsageException(
          "Expected --classWeights of labels from 0 to %s or of names of classes, found %s%s"
              .formatted(names.size() - 1, typed, label < 0 ? Nearest.question(typed, names) : ""));
    }
    return label;
  }
}
