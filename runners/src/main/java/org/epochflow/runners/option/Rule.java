package org.epochflow.runners.option;

import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What an option takes, read off its field: the field's type, {@link Takes} and initial value. */
public record Rule(OptionSpec option, Field field) {
  private static final double PLAIN = 1e15;

  /** The rules of an object's options by their names, in the order of their declaration. */
  public static Map<String, Rule> of(Object options) {
    return of(CommandSpec.forAnnotatedObject(options));
  }

  /** The rules of the options of picocli's model of an object. */
  public static Map<String, Rule> of(CommandSpec spec) {
    return spec.options().stream()
        .map(Rule::of)
        .collect(
            Collectors.toMap(Rule::name, rule -> rule, (one, same) -> one, LinkedHashMap::new));
  }

  /** The rule of one option. */
  public static Rule of(OptionSpec option) {
    return new Rule(option, (Field) option.userObject());
  }

  /** Without dashes. */
  public String name() {
    return option.longestName().substring(2);
  }

  /** The class that declares it: options of a class stand together in help. */
  public Class<?> group() {
    return field.getDeclaringClass();
  }

  /** Whether it may stand without a value: {@code --resume}. */
  public boolean flag() {
    return field.getType() == boolean.class;
  }

  /** Whether it may be given more than once. */
  public boolean repeatable() {
    return Collection.class.isAssignableFrom(field.getType());
  }

  /** Whether its values are numbers. */
  public boolean number() {
    return whole() || field.getType() == double.class || field.getType() == Double.class;
  }

  /** Whether they are whole. */
  public boolean whole() {
    return List.of(int.class, Integer.class, long.class).contains(field.getType());
  }

  /** As help shows it: {@code --epochs=N}; a flag that is on stands with its values. */
  public String usage() {
    return "--" + name() + (flag() && fallback().isEmpty() ? "" : "=" + placeholder());
  }

  private String placeholder() {
    if (!words().isEmpty()) {
      return String.join("|", words());
    } else if (flag()) {
      return "true|false";
    } else if (!option.paramLabel().startsWith("<")) {
      return option.paramLabel();
    }
    return whole() ? "N" : number() ? "X" : "VALUE";
  }

  /** The words it takes; none where it takes any. */
  public List<String> words() {
    return takes().map(takes -> List.of(takes.words())).orElse(List.of());
  }

  private Optional<Takes> takes() {
    return Optional.ofNullable(field.getAnnotation(Takes.class));
  }

  /** What it does, and in brackets what it takes and its default. */
  public String description() {
    String details =
        Stream.of(
                Optional.of("required").filter(word -> option.required()),
                range(),
                fallback().map(value -> "default " + value))
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    String text = String.join(" ", option.description());
    return details.isEmpty() ? text : text + " [" + details + "]";
  }

  /** The value where it is not given, in words; empty where there is none. */
  private Optional<String> fallback() {
    String words = takes().map(Takes::fallback).orElse("");
    @Nullable Object initial = option.initialValue();
    if (!words.isEmpty()) {
      return Optional.of(words);
    } else if (initial == null || initial.equals(false) || initial.equals("")) {
      return Optional.empty();
    }
    return Optional.of(initial instanceof Double number ? plain(number) : initial.toString());
  }

  /** The range of its numbers in words; empty where it has none. */
  private Optional<String> range() {
    List<String> bounds = new ArrayList<>();
    takes()
        .ifPresent(
            takes -> {
              bound("at least ", takes.atLeast()).ifPresent(bounds::add);
              bound("above ", takes.above()).ifPresent(bounds::add);
              bound("at most ", takes.atMost()).ifPresent(bounds::add);
              bound("below ", takes.below()).ifPresent(bounds::add);
            });
    return bounds.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", bounds));
  }

  private static Optional<String> bound(String words, double value) {
    return Double.isNaN(value) ? Optional.empty() : Optional.of(words + plain(value));
  }

  /**
   * The value in its one spelling: {@code 1e-4} is {@code 0.0001}.
   *
   * @throws UsageException where it is not of the option's type, range or words
   */
  public String canonical(String value) {
    if (flag()) {
      String word = value.toLowerCase(Locale.ROOT);
      return require(word.equals("true") || word.equals("false"), value, "true or false", word);
    } else if (number()) {
      @Nullable Number number = parse(value);
      String kind = whole() ? "a whole number" : "a number";
      String expected = kind + range().map(bounds -> ", " + bounds).orElse("");
      String parsed = number instanceof Double d ? plain(d) : String.valueOf(number);
      return require(number != null && inRange(number.doubleValue()), value, expected, parsed);
    } else if (!words().isEmpty()) {
      String expected = "one of " + String.join(", ", words());
      return require(words().contains(value), value, expected, value);
    }
    return require(!value.isEmpty() || repeatable(), value, "a value", value);
  }

  private String require(boolean condition, String value, String expected, String canonical) {
    if (!condition) {
      throw new UsageException(
          "Expected --%s to be %s, found '%s'".formatted(name(), expected, value));
    }
    return canonical;
  }

  private @Nullable Number parse(String value) {
    try {
      if (field.getType() == int.class || field.getType() == Integer.class) {
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

  private boolean inRange(double value) {
    return takes()
        .map(
            takes ->
                !(value < takes.atLeast()
                    || value <= takes.above()
                    || value > takes.atMost()
                    || value >= takes.below()))
        .orElse(true);
  }

  /** Without an exponent, unless it is very large. */
  private static String plain(double value) {
    return Math.abs(value) < PLAIN
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
