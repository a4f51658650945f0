package org.epochflow.model.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The optimisers there are. Each is a record whose components are its {@link Setting}s. */
public final class Optimizers {
  /** One line for each, with its default settings; files, messages and options follow from it. */
  public static final List<Optimizer> ALL =
      List.of(
          new Adam(),
          new Sgd(),
          new RmsProp(),
          new AdamW(),
          new Nadam(),
          new Adagrad(),
          new Lion(),
          new Muon());

  /** What replicas step with where nothing else is given. */
  public static final Optimizer DEFAULT = ALL.get(0);

  /** The learning rate of {@link #DEFAULT}, as a constant. */
  public static final double DEFAULT_RATE = Adam.RATE;

  /** Plain gradient descent: its steps, added up, are a gradient that a server can step along. */
  public static final Optimizer PLAIN = new Sgd();

  private static final List<Option> OPTIONS = collected();

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
    return OPTIONS;
  }

  private static List<Option> collected() {
    Map<String, Option> options = new LinkedHashMap<>();
    for (Optimizer optimizer : ALL) {
      for (Settings.Field field : Settings.of(optimizer)) {
        options
            .computeIfAbsent(
                field.name(),
                name -> new Option(name, field.type(), field.setting(), new LinkedHashMap<>()))
            .defaults
            .put(optimizer.name(), field.value());
      }
    }
    return List.copyOf(options.values());
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
    return Settings.with(optimizer, optimizer.name(), values);
  }

  /** The names of an optimiser's settings. */
  public static List<String> settings(Optimizer optimizer) {
    return Settings.of(optimizer).stream().map(Settings.Field::name).toList();
  }

  /**
   * Checks that every setting is in its range, and that gradients are clipped in one way at most.
   *
   * @throws IllegalArgumentException naming the setting, its range and what was found
   */
  public static void requireSound(Optimizer optimizer) {
    Settings.requireInRange(optimizer);
    optimizer.common().requireOneClip();
  }
}
