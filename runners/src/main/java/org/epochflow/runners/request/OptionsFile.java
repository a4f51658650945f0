package org.epochflow.runners.request;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.UsageException;

/**
 * Options as JSON: an object of their values by name, {@code {"model": "mlp", "epochs": 5}}; one
 * that may be repeated takes a list.
 */
public final class OptionsFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OptionsFile() {}

  /** The words that would be typed. */
  public static List<String> words(String path) throws IOException {
    return parse(Texts.read(path));
  }

  /**
   * The words of the text of such a file.
   *
   * @throws UsageException where it is none
   */
  public static List<String> parse(String text) {
    List<String> words = new ArrayList<>();
    object(text)
        .properties()
        .forEach(
            field ->
                values(field.getKey(), field.getValue())
                    .forEach(value -> words.add("--%s=%s".formatted(field.getKey(), value))));
    return words;
  }

  /** A JSON object. */
  static JsonNode object(String text) {
    try {
      JsonNode tree = JSON.readTree(text);
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new UsageException(
          "Expected a JSON object of values by option, found no JSON: " + e.getOriginalMessage());
    }
    throw new UsageException("Expected a JSON object of values by option, found another value");
  }

  /** The values of a field: itself, or those of its list. */
  static List<String> values(String name, JsonNode field) {
    List<String> values = new ArrayList<>();
    for (JsonNode value : field.isArray() ? field : List.of(field)) {
      if (!value.isValueNode() || value.isNull()) {
        throw new UsageException(
            "Expected text, numbers, true or false for %s, found %s".formatted(name, value));
      }
      values.add(value.asText());
    }
    return values;
  }

  /**
   * The text of a file with these options, by name.
   *
   * @param rules of them all
   */
  public static String json(Arguments arguments, Map<String, Rule> rules) {
    ObjectNode tree = JSON.createObjectNode();
    new TreeMap<>(arguments.values())
        .forEach(
            (name, values) -> {
              Rule rule = Objects.requireNonNull(rules.get(name));
              if (rule.repeatable()) {
                ArrayNode list = tree.putArray(name);
                values.forEach(list::add);
              } else {
                put(tree, rule, values.get(0));
              }
            });
    return tree.toPrettyString() + "\n";
  }

  private static void put(ObjectNode tree, Rule rule, String value) {
    if (rule.flag()) {
      tree.put(rule.name(), Boolean.parseBoolean(value));
    } else if (rule.number()) {
      tree.put(rule.name(), new BigDecimal(value));
    } else {
      tree.put(rule.name(), value);
    }
  }
}
