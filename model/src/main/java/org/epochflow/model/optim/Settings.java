package org.epochflow.model.optim;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The {@link Setting}s of records, as values and as text: {@code decayRate=0.5,staircase=true}. The
 * settings of a record within a record are settings of both.
 */
public final class Settings {
  /** Between settings; {@code ;} is taken too, where commas separate something else. */
  private static final String SEPARATOR = ",";

  private static final String IN_LISTS = "/";

  private Settings() {}

  /** A setting with its value: a number, a {@code Boolean} or a list of numbers. */
  public record Field(String name, Class<?> type, Setting setting, Object value) {}

  /** The settings of a record, in its order. */
  public static List<Field> of(Object record) {
    List<Field> fields = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(component, record);
      if (value instanceof Record) {
        fields.addAll(of(value));
      } else {
        Setting setting = component.getAnnotation(Setting.class);
        fields.add(new Field(component.getName(), component.getType(), setting, value));
      }
    }
    return fields;
  }

  /**
   * The same record with other values of some settings.
   *
   * @param name what messages call it
   * @throws IllegalArgumentException if it has no such setting, or refuses a value
   */
  public static <T> T with(T record, String name, Map<String, Object> values) {
    Map<String, Object> left = new TreeMap<>(values);
    T changed = copy(record, left);
    if (!left.isEmpty()) {
      throw new IllegalArgumentException(
          "Expected settings of %s (%s), found %s"
              .formatted(name, names(record), String.join(", ", left.keySet())));
    }
    return changed;
  }

  private static String names(Object record) {
    String names = of(record).stream().map(Field::name).collect(Collectors.joining(", "));
    return names.isEmpty() ? "none" : names;
  }

  @SuppressWarnings("unchecked") // A copy is of the record's class.
  private static <T> T copy(T record, Map<String, Object> values) {
    List<Class<?>> types = new ArrayList<>();
    List<Object> arguments = new ArrayList<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = value(component, record);
      types.add(component.getType());
      if (value instanceof Record) {
        arguments.add(copy(value, values));
      } else {
        @Nullable Object given = values.remove(component.getName());
        arguments.add(given != null ? given : value);
      }
    }
    try {
      return (T)
          record
              .getClass()
              .getConstructor(types.toArray(Class<?>[]::new))
              .newInstance(arguments.toArray());
    } catch (ReflectiveOperationException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw refused;
      }
      throw new IllegalStateException("A record of settings is public", e);
    }
  }

  /**
   * Checks that every number is in its range.
   *
   * @throws IllegalArgumentException naming the setting, its range and what was found
   */
  public static void requireInRange(Object record) {
    for (Field field : of(record)) {
      if (field.value instanceof Number number) {
        double value = number.doubleValue();
        Setting range = field.setting;
        boolean sound =
            Double.isFinite(value)
                && !(value < range.atLeast() || value <= range.above() || value >= range.below());
        if (!sound) {
          throw new IllegalArgumentException(
              "Expected %s%s, found %s".formatted(field.name, words(range), number));
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

  /** All settings as the text that {@link #read} takes; the same values are the same text. */
  public static String text(Object record) {
    return of(record).stream()
        .map(field -> field.name + "=" + text(field, field.value))
        .collect(Collectors.joining(SEPARATOR));
  }

  private static String text(Field field, Object value) {
    if (value instanceof List<?> list) {
      return list.stream().map(each -> text(field, each)).collect(Collectors.joining(IN_LISTS));
    }
    return value instanceof Double number
        ? BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
        : value.toString();
  }

  /**
   * The record with the settings of a text.
   *
   * @param name what messages call it
   * @throws IllegalArgumentException if a word of the text is no setting of the record's
   */
  public static <T> T read(String text, T record, String name) {
    Map<String, Object> values = new HashMap<>();
    for (String word : text.isEmpty() ? new String[0] : text.split("[,;]", -1)) {
      String[] parts = word.split("=", 2);
      Field field =
          of(record).stream()
              .filter(any -> any.name.equals(parts[0]))
              .findFirst()
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "Expected settings of %s (%s), found %s"
                              .formatted(name, names(record), parts[0])));
      Object value = value(field, parts.length < 2 ? "" : parts[1]);
      if (values.put(field.name, value) != null) {
        throw new IllegalArgumentException(
            "Expected %s of %s once, found it twice".formatted(field.name, name));
      }
    }
    T read = with(record, name, values);
    requireInRange(read);
    return read;
  }

  private static Object value(Field field, String text) {
    try {
      if (field.type == boolean.class && (text.equals("true") || text.equals("false"))) {
        return Boolean.valueOf(text);
      } else if (field.type == int.class) {
        return Integer.valueOf(text);
      } else if (field.type == List.class) {
        return Stream.of(text.split(IN_LISTS, -1)).map(Settings::finite).toList();
      } else if (field.type == double.class) {
        return finite(text);
      }
      throw new NumberFormatException(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Expected %s=%s, found '%s'".formatted(field.name, kind(field), text), e);
    }
  }

  private static double finite(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new NumberFormatException(text);
    }
    return value;
  }

  private static String kind(Field field) {
    if (field.type == boolean.class) {
      return "true or " + field.name + "=false";
    } else if (field.type == List.class) {
      return "numbers with / between them";
    }
    return field.type == int.class ? "a whole number" : "a number";
  }

  private static Object value(RecordComponent component, Object record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("A record of settings is public", e);
    }
  }
}
