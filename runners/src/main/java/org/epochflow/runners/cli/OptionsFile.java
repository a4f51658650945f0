package org.epochflow.runners.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.epochflow.pipeline.store.Storage;

/**
 * Options as JSON: an object of their values by name, {@code {"model": "mlp", "epochs": 5}}; one
 * that may be repeated takes a list.
 */
final class OptionsFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private OptionsFile() {}

  /** The words that would be typed. */
  static List<String> words(String path) throws IOException {
    return parse(new String(Storage.read(DataFolders.absolute(path)), StandardCharsets.UTF_8));
  }

  /**
   * The words of the text of such a file.
   *
   * @throws UsageException where it is none
   */
  static List<String> parse(String text) {
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

  /** The text of a file with these options, by name. */
  static String json(Arguments arguments) {
    ObjectNode tree = JSON.createObjectNode();
    arguments.values().entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getKey().name()))
        .forEach(
            entry -> {
              Option option = entry.getKey();
              if (option.repeatable()) {
                ArrayNode list = tree.putArray(option.name());
                entry.getValue().forEach(list::add);
              } else {
                put(tree, option, entry.getValue().get(0));
              }
            });
    return tree.toPrettyString() + "\n";
  }

  private static void put(ObjectNode tree, Option option, String value) {
    if (option.flag()) {
      tree.put(option.name(), Boolean.parseBoolean(value));
    } else if (option.number()) {
      tree.put(option.name(), new BigDecimal(value));
    } else {
      tree.put(option.name(), value);
    }
  }
}
