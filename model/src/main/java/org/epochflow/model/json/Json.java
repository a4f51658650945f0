package org.epochflow.model.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;

/**
 * JSON as this module writes and reads it: the same tree is the same text on every machine.
 *
 * <p>Finite doubles come back bit for bit. JSON has no NaN and no infinity: they are the strings
 * {@code "NaN"}, {@code "Infinity"} and {@code "-Infinity"}, and every NaN comes back as {@link
 * Double#NaN}.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static JsonNode number(double value) {
    return Double.isFinite(value)
        ? DoubleNode.valueOf(value)
        : TextNode.valueOf(Double.toString(value));
  }

  /** Two spaces, {@code \n} on every system, arrays of scalars in one line. */
  public static String pretty(JsonNode tree) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    return write(MAPPER.writer(printer), tree) + "\n";
  }

  public static byte[] compact(JsonNode tree) {
    return write(MAPPER.writer(), tree).getBytes(StandardCharsets.UTF_8);
  }

  private static String write(ObjectWriter writer, JsonNode tree) {
    try {
      return writer.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of plain values is always JSON", e);
    }
  }

  public static JsonNode parse(String text, String place) throws ModelFormatException {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new ModelFormatException(
          "Expected JSON, found a fault: %s (%s)"
              .formatted(Excerpt.of(e.getOriginalMessage()), place),
          e);
    }
  }

  public static JsonNode parse(byte[] text, String place) throws ModelFormatException {
    return parse(new String(text, StandardCharsets.UTF_8), place);
  }
}
