package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Layers;

/**
 * An architecture as Keras 3's {@code model.to_json()}, which is also {@code config.json} of a
 * {@code .keras} file: a Sequential of an InputLayer and {@link Layers}.
 *
 * <p>What Keras could mean and this project would do otherwise (strides, dilation, groups, no bias,
 * regularizers, frozen layers, other types than float32) is a {@link ModelFormatException} naming
 * file, layer, expected and found. Initializers and seeds are not read: weights come from the file.
 */
public final class ArchitectureJson {
  private ArchitectureJson() {}

  /** Pretty printed; the same architecture is the same text. */
  public static String write(Architecture architecture) {
    return Json.pretty(toTree(architecture));
  }

  /**
   * Reads the text of {@link #write} or of Keras, also if it was written as JSON once more, as a
   * string.
   *
   * @param file what messages call it
   */
  public static Architecture read(String text, String file) throws ModelFormatException {
    JsonNode tree = Json.parse(text, file);
    return fromTree(tree.isTextual() ? Json.parse(tree.textValue(), file) : tree, file);
  }

  /** The tree of {@link #write}. */
  static ObjectNode toTree(Architecture architecture) {
    ObjectNode config = Json.object().put("name", architecture.name()).put("trainable", true);
    config.set("dtype", KerasJson.dtype());
    ArrayNode layers = config.putArray("layers");
    layers.add(inputLayer(architecture.input()));
    List<Shape> shapes = architecture.shapes();
    for (int i = 0; i < architecture.layers().size(); i++) {
      layers.add(Layers.write(architecture.layers().get(i), shapes.get(i)));
    }
    config.set("build_input_shape", KerasJson.batchShape(architecture.input().dimensions()));
    ObjectNode model = KerasJson.object("keras", "Sequential", config);
    model
        .putObject("build_config")
        .set("input_shape", KerasJson.batchShape(architecture.input().dimensions()));
    return model;
  }

  private static ObjectNode inputLayer(Shape input) {
    ObjectNode config = Json.object();
    config.set("batch_shape", KerasJson.batchShape(input.dimensions()));
    config.put("dtype", "float32").put("sparse", false).put("ragged", false);
    config.put("name", "input_layer").put("optional", false);
    return KerasJson.object("keras.layers", "InputLayer", config);
  }

  static Architecture fromTree(JsonNode tree, String place) throws ModelFormatException {
    JsonObject model = JsonObject.of(tree, place);
    model.expect("class_name", "\"Sequential\"");
    JsonObject config = model.object("config");
    KerasJson.requireFloat32(config);
    List<Layer> layers = new ArrayList<>();
    List<JsonObject> configs = new ArrayList<>();
    for (JsonNode element : config.list("layers")) {
      JsonObject layer = JsonObject.of(element, place + ", layer " + configs.size());
      String className = className(layer);
      configs.add(named(layer, place));
      JsonObject last = configs.get(configs.size() - 1);
      if (className.equals("InputLayer")) {
        KerasJson.requireFloat32(last);
      } else {
        layers.add(Layers.read(className, last));
      }
    }
    try {
      return new Architecture(config.text("name"), input(model, config, configs), layers);
    } catch (ArchitectureException e) {
      throw ModelFormatException.at(place, e);
    }
  }

  /** The class, if it is Keras's own. */
  private static String className(JsonObject layer) throws ModelFormatException {
    String name = layer.text("class_name");
    layer.expect("registered_name", "null", '"' + name + '"');
    if (layer.has("module") && !layer.text("module").startsWith("keras")) {
      throw layer.fault("module", "keras.layers");
    }
    return name;
  }

  /** The layer's config, whose messages call it by its name. */
  private static JsonObject named(JsonObject layer, String place) throws ModelFormatException {
    JsonObject config = layer.object("config");
    return new JsonObject(config.node(), place + ", layer " + Excerpt.of(config.text("name")));
  }

  /** The input's shape, from the first of the places where Keras may have written it. */
  private static Shape input(JsonObject model, JsonObject config, List<JsonObject> layers)
      throws ModelFormatException {
    if (!layers.isEmpty()) {
      JsonObject first = layers.get(0);
      for (String name : List.of("batch_shape", "batch_input_shape")) {
        if (first.has(name)) {
          return shape(first, name);
        }
      }
    }
    if (config.has("build_input_shape")) {
      return shape(config, "build_input_shape");
    }
    if (model.has("build_config")) {
      return shape(model.object("build_config"), "input_shape");
    }
    throw ModelFormatException.expected(
        "an InputLayer or build_input_shape", "none", config.place());
  }

  private static Shape shape(JsonObject holder, String name) throws ModelFormatException {
    List<JsonNode> batch = holder.list(name);
    List<Integer> dimensions = new ArrayList<>();
    for (JsonNode dimension : batch.subList(Math.min(1, batch.size()), batch.size())) {
      dimensions.add(dimension.isInt() ? dimension.intValue() : 0);
    }
    try {
      return new Shape(dimensions);
    } catch (ArchitectureException e) {
      throw ModelFormatException.at(holder.place(), e);
    } catch (IllegalArgumentException e) {
      throw holder.fault(name, "a batch and one or more known dimensions");
    }
  }
}
