package org.epochflow.model.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * An object of a JSON file, read field by field. A field that is missing or of another kind is a
 * {@link ModelFormatException} that names field and place.
 *
 * @param place the file and where in it: {@code best.keras, config.json, layer dense}
 */
public record JsonObject(JsonNode node, String place) {
  private static final Map<String, Double> NOT_FINITE =
      Map.of(
          "NaN", Double.NaN,
          "Infinity", Double.POSITIVE_INFINITY,
          "-Infinity", Double.NEGATIVE_INFINITY);

  public static JsonObject of(JsonNode node, String place) throws ModelFormatException {
    if (!node.isObject()) {
      throw ModelFormatException.expected("a JSON object", node, place);
    }
    return new JsonObject(node, place);
  }

  /** Whether the field is there and not null. */
  public boolean has(String name) {
    return node.hasNonNull(name);
  }

  public JsonObject object(String name) throws ModelFormatException {
    return of(field(name), place + ", " + name);
  }

  public List<JsonNode> list(String name) throws ModelFormatException {
    require(name, "a list", field(name).isArray());
    List<JsonNode> elements = new ArrayList<>();
    field(name).forEach(elements::add);
    return elements;
  }

  /** A list of whole numbers. */
  public List<Integer> integers(String name) throws ModelFormatException {
    List<Integer> numbers = new ArrayList<>();
    for (JsonNode number : list(name)) {
      require(name, "whole numbers", number.isInt());
      numbers.add(number.intValue());
    }
    return numbers;
  }

  public String text(String name) throws ModelFormatException {
    require(name, "a string", field(name).isTextual());
    return field(name).textValue();
  }

  public int integer(String name) throws ModelFormatException {
    JsonNode value = field(name);
    require(name, "a whole number", value.isIntegralNumber() && value.canConvertToInt());
    return value.intValue();
  }

  public boolean truth(String name) throws ModelFormatException {
    require(name, "true or false", field(name).isBoolean());
    return field(name).booleanValue();
  }

  /** A number as {@link Json#number} writes it. */
  public double number(String name) throws ModelFormatException {
    JsonNode value = field(name);
    Double notFinite = value.isTextual() ? NOT_FINITE.get(value.textValue()) : null;
    if (notFinite != null) {
      return notFinite;
    }
    require(name, "a number", value.isNumber());
    return value.doubleValue();
  }

  /** The constant whose name, by {@link #spell}, is the field's text. */
  public <E extends Enum<E>> E constant(String name, E[] constants) throws ModelFormatException {
    List<String> spellings = new ArrayList<>();
    for (E constant : constants) {
      if (spell(constant).equals(text(name))) {
        return constant;
      }
      spellings.add(spell(constant));
    }
    throw fault(name, String.join(" or ", spellings));
  }

  /** As the command line and Keras spell it: {@code local-adam}, but {@code val_loss}. */
  public static String spell(Enum<?> constant) {
    String lower = constant.name().toLowerCase(Locale.ROOT);
    return lower.startsWith("val_") ? lower : lower.replace('_', '-');
  }

  /** Two whole numbers: {@code [2, 3]}, or {@code 2} for both. */
  public int[] pair(String name) throws ModelFormatException {
    JsonNode value = field(name);
    if (value.isInt()) {
      return new int[] {value.intValue(), value.intValue()};
    }
    boolean two = value.size() == 2 && value.path(0).isInt() && value.path(1).isInt();
    require(name, "two whole numbers", two);
    return new int[] {value.get(0).intValue(), value.get(1).intValue()};
  }

  /** Checks that the field, if present, is one of {@code allowed}, each in compact JSON. */
  public void expect(String name, String... allowed) throws ModelFormatException {
    JsonNode value = node.path(name);
    if (!value.isMissingNode() && !List.of(allowed).contains(value.toString())) {
      throw fault(name, String.join(" or ", allowed));
    }
  }

  /** Checks that there is no field but {@code known}. */
  public void only(Set<String> known) throws ModelFormatException {
    Set<String> unknown = new TreeSet<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw ModelFormatException.expected(
          "only the fields " + new TreeSet<>(known), "also " + unknown, place);
    }
  }

  /** The same object with another text in one field. */
  public JsonObject with(String name, String text) {
    return new JsonObject(((ObjectNode) node.deepCopy()).put(name, text), place);
  }

  public ModelFormatException fault(String name, String expected) {
    JsonNode found = node.path(name);
    return ModelFormatException.expected(
        "%s as %s".formatted(expected, name), found.isMissingNode() ? "none" : found, place);
  }

  private JsonNode field(String name) throws ModelFormatException {
    if (!node.has(name)) {
      throw ModelFormatException.expected("a field " + name, "none", place);
    }
    return node.get(name);
  }

  private void require(String name, String expected, boolean satisfied)
      throws ModelFormatException {
    if (!satisfied) {
      throw fault(name, expected);
    }
  }
}
