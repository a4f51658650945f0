package org.epochflow.model.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The forms that return throughout the JSON of Keras 3. */
public final class KerasJson {
  private static final String FLOAT32 = "\"float32\"";
  private static final List<String> MIXED = List.of("\"mixed_float16\"", "\"mixed_bfloat16\"");

  private KerasJson() {}

  /** Any of Keras's objects, by its class and settings. */
  public static ObjectNode object(String module, String className, ObjectNode config) {
    ObjectNode written = Json.object().put("module", module).put("class_name", className);
    written.set("config", config);
    return written.putNull("registered_name");
  }

  /** The type of all numbers, float32. */
  public static ObjectNode dtype() {
    return object("keras", "DTypePolicy", Json.object().put("name", "float32"));
  }

  /**
   * Checks that {@code config} asks for no other type of numbers. Mixed precision keeps its
   * variables in float32; here all else is float32 too.
   */
  public static void requireFloat32(JsonObject config) throws ModelFormatException {
    boolean policy = config.node().path("dtype").isObject();
    JsonObject holder = policy ? config.object("dtype").object("config") : config;
    holder.expect(policy ? "name" : "dtype", FLOAT32, MIXED.get(0), MIXED.get(1), "null");
  }

  /** Checks that images are (height, width, channels). */
  public static void requireChannelsLast(JsonObject config) throws ModelFormatException {
    config.expect("data_format", "\"channels_last\"", "null");
  }

  /** {@code [null, 28, 28, 1]}: the batch may be of any size. */
  public static ArrayNode batchShape(List<Integer> dimensions) {
    ArrayNode shape = Json.object().arrayNode().addNull();
    dimensions.forEach(shape::add);
    return shape;
  }

  /** {@code [height, width]}. */
  public static ArrayNode pair(int height, int width) {
    return Json.object().arrayNode().add(height).add(width);
  }
}
