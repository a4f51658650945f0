package org.epochflow.runners.request;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Layer;
import org.epochflow.runners.option.UsageException;

/** The layers that {@code --freeze} names. */
record Frozen(List<String> patterns) {
  /** The patterns, with commas between them; {@code *} stands for any characters of a name. */
  static Frozen by(String text) {
    return new Frozen(List.of(text.split(",", -1)));
  }

  /**
   * The names of a network's layers that do not train: those that match, and those that are frozen
   * already.
   *
   * @throws UsageException if a pattern matches none, or if nothing is left to train
   */
  NavigableSet<String> in(Architecture network) {
    NavigableSet<String> frozen = new TreeSet<>(network.frozen());
    List<String> names = network.layers().stream().map(Layer::name).toList();
    for (String pattern : patterns) {
      List<String> matched = new ArrayList<>(names);
      matched.removeIf(name -> !matches(pattern, name));
      if (matched.isEmpty()) {
        throw new UsageException(
            "Expected --freeze to match layers of %s (%s), found %s"
                .formatted(network.name(), String.join(", ", names), pattern));
      }
      frozen.addAll(matched);
    }
    if (network.withFrozen(frozen).trained().isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Expected --freeze to leave a layer to train, found all of %s frozen",
              network.name()));
    }
    return frozen;
  }

  private static boolean matches(String pattern, String name) {
    String regex =
        List.of(pattern.split("\\*", -1)).stream()
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return name.matches(regex);
  }
}
