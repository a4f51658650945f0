package org.epochflow.model.train;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** The names of classes for display, in the order of their labels. */
public final class ClassNames {
  /** Sets that go by a name of their own. */
  public static final Map<String, List<String>> BUILT_IN =
      Map.of(
          "mnist",
          numbers(10),
          "fashion-mnist",
          List.of(
              "T-shirt/top",
              "Trouser",
              "Pullover",
              "Dress",
              "Coat",
              "Sandal",
              "Shirt",
              "Sneaker",
              "Bag",
              "Ankle boot"));

  private ClassNames() {}

  /** Names for classes that have none: their labels. */
  public static List<String> numbers(int classes) {
    return IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }

  /**
   * Returns the same names if they suit {@code classes} classes.
   *
   * @throws IllegalArgumentException if they do not
   */
  public static List<String> requireFor(int classes, List<String> names) {
    if (names.size() != classes) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected a name for each of %d classes, found %d: %s",
              classes,
              names.size(),
              String.join(", ", names)));
    } else if (names.stream().anyMatch(String::isBlank)
        || new HashSet<>(names).size() < names.size()) {
      throw new IllegalArgumentException(
          "Expected each class to have a name of its own, found " + String.join(", ", names));
    }
    return List.copyOf(names);
  }
}
