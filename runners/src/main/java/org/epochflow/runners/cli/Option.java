package org.epochflow.runners.cli;

import java.beans.Introspector;
import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.Default;
import org.apache.beam.sdk.options.Description;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.options.Validation;
import org.jspecify.annotations.Nullable;

/**
 * One option: a property of an options interface, ours or one of Beam's, read off its getter and
 * the getter's annotations.
 */
record Option(String name, Class<?> group, Method getter) {
  private static final double PLAIN = 1e15;

  /** The options of ours in {@code type} and what it extends, its interfaces in their order. */
  static List<Option> ours(Class<?> type) {
    List<Option> all = new ArrayList<>();
    if (type.getPackage().equals(Option.class.getPackage())) {
      all.addAll(declared(type));
      Arrays.stream(type.getInterfaces()).map(Option::ours).forEach(all::addAll);
    }
    return all;
  }

  /** The options that Beam and its runners on the class path take. */
  static List<Option> beams() {
    return Stream.concat(
            Stream.of(PipelineOptions.class),
            PipelineOptionsFactory.getRegisteredOptions().stream()
                .sorted(Comparator.comparing(Class::getName)))
        .flatMap(Option::withInherited)
        .distinct()
        .map(Option::declared)
        .flatMap(List::stream)
        .toList();
  }

  private static Stream<Class<?>> withInherited(Class<?> type) {
    return Stream.concat(
        Stream.of(type),
        Arrays.stream(type.getInterfaces())
            .filter(PipelineOptions.class::isAssignableFrom)
            .flatMap(Option::withInherited));
  }

  private static List<Option> declared(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(m -> m.getName().matches("(get|is)[A-Z].*") && m.getParameterCount() == 0)
        .map(m -> new Option(property(m), type, m))
        .sorted(Comparator.comparing(Option::name))
        .toList();
  }

  private static String property(Method getter) {
    return Introspector.decapitalize(getter.getName().replaceFirst("^(get|is)", ""));
  }

  /** Whether it may stand without a value: {@code --resume}. */
  boolean flag() {
    return type() == boolean.class || type() == Boolean.class;
  }

  /** Whether Beam takes it more than once. */
  boolean repeatable() {
    return type().isArray() || Collection.class.isAssignableFrom(type());
  }

  boolean required() {
    return getter.isAnnotationPresent(Validation.Required.class);
  }

  String description() {
    Description description = getter.getAnnotation(Description.class);
    return description == null ? "" : description.value();
  }

  /** As help shows it: {@code --epochs=N}; a flag that is on stands with its values. */
  String usage() {
    return flag() && !on() ? "--" + name : "--" + name + "=" + placeholder();
  }

  private boolean on() {
    Default.Boolean fallback = getter.getAnnotation(Default.Boolean.class);
    return fallback != null && fallback.value();
  }

  private String placeholder() {
    OneOf choices = getter.getAnnotation(OneOf.class);
    Shown shown = getter.getAnnotation(Shown.class);
    if (choices != null) {
      return String.join("|", choices.value());
    } else if (flag()) {
      return "true|false";
    } else if (shown != null && !shown.value().isEmpty()) {
      return shown.value();
    }
    return whole() ? "N" : number() ? "X" : "VALUE";
  }

  /** What is taken for it where it is not given, in words; empty where nothing is. */
  Optional<String> fallback() {
    Shown shown = getter.getAnnotation(Shown.class);
    if (shown != null && !shown.fallback().isEmpty()) {
      return Optional.of(shown.fallback());
    } else if (on()) {
      return Optional.of("true");
    }
    return Stream.of(
            Optional.ofNullable(getter.getAnnotation(Default.Integer.class)).map(d -> d.value()),
            Optional.ofNullable(getter.getAnnotation(Default.Long.class)).map(d -> d.value()),
            Optional.ofNullable(getter.getAnnotation(Default.Double.class)).map(d -> d.value()),
            Optional.ofNullable(getter.getAnnotation(Default.String.class)).map(d -> d.value()))
        .flatMap(Optional::stream)
        .map(value -> value instanceof Double d ? plain(d) : String.valueOf(value))
        .findFirst();
  }

  /** The range of its numbers in words; empty where it has none. */
  Optional<String> range() {
    Range range = getter.getAnnotation(Range.class);
    if (range == null) {
      return Optional.empty();
    }
    List<String> bounds = new ArrayList<>();
    bound("at least ", range.atLeast()).ifPresent(bounds::add);
    bound("above ", range.above()).ifPresent(bounds::add);
    bound("at most ", range.atMost()).ifPresent(bounds::add);
    bound("below ", range.below()).ifPresent(bounds::add);
    return Optional.of(String.join(" and ", bounds));
  }

  private static Optional<String> bound(String words, double value) {
    return Double.isNaN(value) ? Optional.empty() : Optional.of(words + plain(value));
  }

  /**
   * The value as Beam parses it.
   *
   * @throws UsageException where it is not of the option's type, range or choices
   */
  String checked(String value) {
    if (flag()) {
      String word = value.toLowerCase(Locale.ROOT);
      return require(word.equals("true") || word.equals("false"), value, "true or false", word);
    } else if (number()) {
      Number number = parse(value);
      String parsed = number instanceof Double d ? plain(d) : String.valueOf(number);
      return require(number != null && inRange(number), value, numbers(), parsed);
    }
    OneOf choices = getter.getAnnotation(OneOf.class);
    if (choices != null) {
      List<String> words = List.of(choices.value());
      return require(words.contains(value), value, "one of " + String.join(", ", words), value);
    }
    return require(!value.isEmpty() || repeatable(), value, "a value", value);
  }

  private String require(boolean condition, String value, String expected, String parsed) {
    if (!condition) {
      throw new UsageException(
          "Expected --%s to be %s, found '%s'".formatted(name, expected, value));
    }
    return parsed;
  }

  private String numbers() {
    String kind = whole() ? "a whole number" : "a number";
    return kind + range().map(r -> ", " + r).orElse("");
  }

  private @Nullable Number parse(String value) {
    try {
      if (type() == int.class || type() == Integer.class) {
        return Integer.valueOf(value);
      } else if (whole()) {
        return Long.valueOf(value);
      }
      double number = Double.parseDouble(value);
      return Double.isFinite(number) ? number : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private boolean inRange(Number number) {
    Range range = getter.getAnnotation(Range.class);
    double value = number.doubleValue();
    return range == null
        || !(value < range.atLeast()
            || value <= range.above()
            || value > range.atMost()
            || value >= range.below());
  }

  /** Whether they are whole. */
  boolean whole() {
    return List.of(int.class, Integer.class, long.class, Long.class).contains(type());
  }

  /** Whether its values are numbers. */
  boolean number() {
    return whole() || type() == double.class || type() == Double.class;
  }

  private Class<?> type() {
    return getter.getReturnType();
  }

  /** Without an exponent, unless it is very large. */
  private static String plain(double value) {
    return Math.abs(value) < PLAIN
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
