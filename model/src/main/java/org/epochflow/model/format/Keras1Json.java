package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;

/** The names that layers and their settings had in Keras 1, as those of Keras 2 and 3. */
final class Keras1Json {
  private static final Map<String, String> CLASSES =
      Map.of(
          "Convolution2D", "Conv2D",
          "AtrousConvolution2D", "Conv2D",
          "DepthwiseConvolution2D", "DepthwiseConv2D",
          "SeparableConvolution2D", "SeparableConv2D");

  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("output_dim", "units"),
          Map.entry("nb_filter", "filters"),
          Map.entry("border_mode", "padding"),
          Map.entry("subsample", "strides"),
          Map.entry("atrous_rate", "dilation_rate"),
          Map.entry("init", "kernel_initializer"),
          Map.entry("bias", "use_bias"),
          Map.entry("W_regularizer", "kernel_regularizer"),
          Map.entry("b_regularizer", "bias_regularizer"),
          Map.entry("W_constraint", "kernel_constraint"),
          Map.entry("b_constraint", "bias_constraint"),
          Map.entry("p", "rate"));

  private static final Map<String, String> FORMATS =
      Map.of("tf", "channels_last", "default", "channels_last", "th", "channels_first");

  private Keras1Json() {}

  /** The element of a layer with the names of later versions; what has none is left as it is. */
  static JsonObject renamed(JsonObject element) throws ModelFormatException {
    JsonNode config = element.node().path("config");
    if (!config.isObject()) {
      return element;
    }
    ObjectNode copy = ((ObjectNode) element.node()).deepCopy();
    String type = CLASSES.getOrDefault(element.text("class_name"), element.text("class_name"));
    copy.put("class_name", type);
    Map<String, JsonNode> settings = new LinkedHashMap<>();
    config
        .properties()
        .forEach(
            field ->
                settings.put(
                    SETTINGS.getOrDefault(field.getKey(), field.getKey()), field.getValue()));
    if (type.equals("SeparableConv2D") && config.has("init")) {
      JsonNode init = settings.remove("kernel_initializer");
      settings.put("depthwise_initializer", init);
      settings.put("pointwise_initializer", init);
    }
    if (settings.containsKey("nb_row") && settings.containsKey("nb_col")) {
      int rows = settings.remove("nb_row").asInt();
      settings.put("kernel_size", KerasJson.pair(rows, settings.remove("nb_col").asInt()));
    }
    if (settings.containsKey("dim_ordering")) {
      String ordering = settings.remove("dim_ordering").asText();
      settings.put("data_format", TextNode.valueOf(FORMATS.getOrDefault(ordering, ordering)));
    }
    if (settings.getOrDefault("input_dim", TextNode.valueOf("")) instanceof IntNode width
        && !settings.containsKey("batch_input_shape")) {
      ArrayNode shape = Json.object().arrayNode().addNull();
      settings.put("batch_input_shape", shape.add(width.intValue()));
    }
    copy.set("config", Json.object().setAll(settings));
    return new JsonObject(copy, element.place());
  }
}
