package org.epochflow.model.optim;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The optimisers there are. Each is a record whose components are its {@link Setting}s. */
public final class Optimizers {
  /** One line for each, with its default settings; files, messages and options follow from it. */
  public static final List<Optimizer> ALL = List.of(new Adam(), new Sgd());

  /** What replicas step with where nothing else is given. */
  public static final Optimizer DEFAULT = ALL.get(0);

  /** The learning rate of {@link #DEFAULT}, as a constant. */
  public static final double DEFAULT_RATE = Adam.RATE;

  /** Plain gradient descent: its steps, added up, are a gradient that a server can step along. */
  public static final Optimizer PLAIN = new Sgd();

  private Optimizers() {}

  /**
   * A setting as the command line offers it.
   *
   * @param type {@code double} or {@code boolean}
   * @param setting what it is, and its range
   * @param defaults by the names of the optimisers that have it, in the order of {@link #ALL}
   */
  public record Option(String name, Class<?> type, Setting setting, Map<String, Object> defaults) {}

  /** The settings of all optimisers, each name once. */
  public static List<Option> options() {
    Map<String, Option> options = new LinkedHashMap<>();
    for (Optimizer optimizer : ALL) {
      for (RecordComponent component : components(optimizer)) {
        options
            .computeIfAbsent(component.getName(), name -> option(component))
            .defaults
            .put(optimizer.name(), value(component, optimizer));
      }
    }
    return List.copyOf(options.values());
  }

  private static Option option(RecordComponent component) {
    return new Option(
        component.getName(), component.getType(), setting(component), new LinkedHashMap<>());
  }

  /** The names of all, as messages list them. */
  public static String names() {
    return ALL.stream().map(Optimizer::name).collect(Collectors.joining(" or "));
  }

  /**
   * The optimiser of a name, with its default settings.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Optimizer named(String name) {
    return ALL.stream()
        .filter(optimizer -> optimizer.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Expected an optimizer of %s, found %s".formatted(names(), name)));
  }

  /** The records of all by their names, for files. */
  public static Map<String, Class<?>> types() {
    return ALL.stream().collect(Collectors.toMap(Optimizer::name, Optimizer::getClass));
  }

  /**
   * The same optimiser with other values of some settings.
   *
   * @throws IllegalArgumentException if it has no such setting
   */
  public static Optimizer with(Optimizer optimizer, Map<String, Object> values) {
    Map<String, Object> left = new TreeMap<>(values);
    List<Class<?>> types = new ArrayList<>();
    List<Object> arguments = new ArrayList<>();
    for (RecordComponent component : components(optimizer)) {
      @Nullable Object given = left.remove(component.getName());
      types.add(component.getType());
      arguments.add(given != null ? given : value(component, optimizer));
    }
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected settings of %s (%s), found %s"
              .formatted(
                  optimizer.name(),
                  Stream.of(components(optimizer))
                      .map(RecordComponent::getName)
                      .collect(Collectors.joining(", ")),
                  String.join(", ", left.keySet())));
    }
    try {
      Constructor<? extends Optimizer> constructor =
          optimizer.getClass().getConstructor(types.toArray(Class<?>[]::new));
      return constructor.newInstance(arguments.toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("An optimiser is a public record", e);
    }
  }

  /**
   * Checks that every setting is in its range.
   *
   * @throws IllegalArgumentException naming the setting, its range and what was found
   */
  public static void requireSound(Optimizer optimizer) {
    for (RecordComponent component : components(optimizer)) {
      if (value(component, optimizer) instanceof Double value) {
        Setting range = setting(component);
        boolean sound =
            Double.isFinite(value)
                && !(value < range.atLeast() || value <= range.above() || value >= range.below());
        if (!sound) {
          throw new IllegalArgumentException(
              "Expected %s%s, found %s".formatted(component.getName(), words(range), value));
        }
      }
    }
  }

  private static String words(Setting range) {
    StringBuilder words = new StringBuilder();
    words.append(Double.isNaN(range.atLeast()) ? "" : ", at least " + range.atLeast());
    words.append(Double.isNaN(range.above()) ? "" : ", above " + range.above());
    words.append(Double.isNaN(range.below()) ? "" : ", below " + range.below());
    return words.toString().replaceFirst(",", "");
  }

  private static RecordComponent[] components(Optimizer optimizer) {
    return optimizer.getClass().getRecordComponents();
  }

  private static Setting setting(RecordComponent component) {
    return component.getAnnotation(Setting.class);
  }

  private static Object value(RecordComponent component, Optimizer optimizer) {
    try {
      return component.getAccessor().invoke(optimizer);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("An optimiser is a public record", e);
    }
  }
}
