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
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.Setting;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.train.ReduceOnPlateau;
import org.epochflow.pipeline.data.RejectionBudget;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * What an option takes, read off its field: the field's type, {@link Takes} and initial value; or
 * off the setting of an optimizer.
 *
 * @param group the class that declares it: options of a class stand together in help
 */
public record Rule(
    OptionSpec option,
    Class<?> type,
    Class<?> group,
    Range range,
    List<String> words,
    String fallback) {
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
    List<String> words = new ArrayList<>();
    Optional.ofNullable(option.completionCandidates())
        .ifPresent(names -> names.forEach(words::add));
    if (option.userObject() instanceof Field field) {
      @Nullable Takes takes = field.getAnnotation(Takes.class);
      words.addAll(takes == null ? List.of() : List.of(takes.words()));
      return new Rule(
          option,
          field.getType(),
          field.getDeclaringClass(),
          takes == null ? Range.ALL : Range.of(takes),
          words,
          takes == null ? "" : takes.fallback());
    }
    Optimizers.Option setting = (Optimizers.Option) option.userObject();
    return new Rule(
        option,
        setting.type(),
        OptimizerOptions.class,
        Range.of(setting.setting()),
        words,
        defaults(setting));
  }

  /**
   * {@code 0.99 with lion, 0.999 with adam, nadam}; one value where all agree, and none for a flag
   * that is off.
   */
  private static String defaults(Optimizers.Option setting) {
    Map<Object, List<String>> names = new LinkedHashMap<>();
    setting
        .defaults()
        .forEach((name, value) -> names.computeIfAbsent(value, v -> new ArrayList<>()).add(name));
    if (names.size() == 1) {
      Object value = names.keySet().iterator().next();
      return value.equals(false) ? "" : word(value);
    }
    return names.entrySet().stream()
        .map(entry -> word(entry.getKey()) + " with " + String.join(", ", entry.getValue()))
        .collect(Collectors.joining("; "));
  }

  private static String word(Object value) {
    return value instanceof Double number ? plain(number) : value.toString();
  }

  /** The numbers an option takes; NaN is no bound. */
  public record Range(double atLeast, double above, double atMost, double below) {
    static final Range ALL = new Range(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    static Range of(Takes takes) {
      return new Range(takes.atLeast(), takes.above(), takes.atMost(), takes.below());
    }

    static Range of(Setting setting) {
      return new Range(setting.atLeast(), setting.above(), Double.NaN, setting.below());
    }

    boolean holds(double value) {
      return !(value < atLeast || value <= above || value > atMost || value >= below);
    }

    /** In words; empty where there is no bound. */
    Optional<String> words() {
      String words =
          Stream.of(
                  bound("at least ", atLeast),
                  bound("above ", above),
                  bound("at most ", atMost),
                  bound("below ", below))
              .flatMap(Optional::stream)
              .collect(Collectors.joining(" and "));
      return Optional.of(words).filter(text -> !text.isEmpty());
    }

    private static Optional<String> bound(String words, double value) {
      return Double.isNaN(value) ? Optional.empty() : Optional.of(words + plain(value));
    }
  }

  /** Without dashes. */
  public String name() {
    return option.longestName().substring(2);
  }

  /** Whether it may stand without a value: {@code --resume}. */
  public boolean flag() {
    return type == boolean.class;
  }

  /** Whether it may be given more than once. */
  public boolean repeatable() {
    return Collection.class.isAssignableFrom(type);
  }

  /** Whether its values are numbers. */
  public boolean number() {
    return whole() || type == double.class || type == Double.class;
  }

  /** Whether they are whole. */
  public boolean whole() {
    return List.of(int.class, Integer.class, long.class).contains(type);
  }

  /** As help shows it: {@code --epochs=N}; a flag that is on stands with its values. */
  public String usage() {
    return "--" + name() + (flag() && initially().isEmpty() ? "" : "=" + placeholder());
  }

  private String placeholder() {
    if (!words.isEmpty()) {
      return String.join("|", words);
    } else if (flag()) {
      return "true|false";
    } else if (!option.paramLabel().startsWith("<")) {
      return option.paramLabel();
    }
    return whole() ? "N" : number() ? "X" : "VALUE";
  }

  /** What it does, and in brackets what it takes and its default. */
  public String description() {
    String details =
        Stream.of(
                Optional.of("required").filter(word -> option.required()),
                range.words(),
                initially().map(value -> "default " + value))
            .flatMap(Optional::stream)
            .collect(Collectors.joining("; "));
    String text = String.join(" ", option.description());
    return details.isEmpty() ? text : text + " [" + details + "]";
  }

  /** The value where it is not given, in words; empty where there is none. */
  private Optional<String> initially() {
    @Nullable Object initial = option.initialValue();
    if (!fallback.isEmpty()) {
      return Optional.of(fallback);
    } else if (initial == null || initial.equals(false) || initial.equals("")) {
      return Optional.empty();
    }
    return Optional.of(initial instanceof Double number ? plain(number) : initial.toString());
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
      String expected = kind + range.words().map(bounds -> ", " + bounds).orElse("");
      String parsed = number instanceof Double d ? plain(d) : String.valueOf(number);
      return require(number != null && range.holds(number.doubleValue()), value, expected, parsed);
    } else if (type == RejectionBudget.class) {
      Optional<String> budget = RejectionBudget.parse(value).map(RejectionBudget::toString);
      return require(budget.isPresent(), value, RejectionBudget.FORM, budget.orElse(value));
    } else if (type == Augment.class) {
      return augment(value).toString();
    } else if (type == ClassWeights.class) {
      return read(value, text -> ClassWeights.parse(text).toString());
    } else if (type == Schedule.class) {
      return read(value, text -> Schedule.of(text).text());
    } else if (type == ReduceOnPlateau.class) {
      return read(value, text -> ReduceOnPlateau.of(text).text());
    } else if (!words.isEmpty()) {
      String expected = "one of " + String.join(", ", words);
      return require(words.contains(value), value, expected, value);
    }
    return require(!value.isEmpty() || repeatable(), value, "a value", value);
  }

  private Augment augment(String value) {
    try {
      return Augment.parse(value);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s (--%s=%s)".formatted(e.getMessage(), name(), value));
    }
  }

  private String require(boolean condition, String value, String expected, String canonical) {
    if (!condition) {
      throw new UsageException(
          "Expected --%s to be %s, found '%s'".formatted(name(), expected, value));
    }
    return canonical;
  }

  private String read(String value, UnaryOperator<String> reader) {
    try {
      return reader.apply(value);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s (--%s=%s)".formatted(e.getMessage(), name(), value));
    }
  }

  private @Nullable Number parse(String value) {
    try {
      if (type == int.class || type == Integer.class) {
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

  /** Without an exponent, unless it is very large. */
  private static String plain(double value) {
    return Math.abs(value) < PLAIN
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }
}
