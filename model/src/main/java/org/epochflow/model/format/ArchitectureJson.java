package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Layers;

/**
 * An architecture as Keras 3's {@code model.to_json()}, which is also {@code config.json} of a
 * {@code .keras} file: an InputLayer and {@link Layers}, in a Sequential if they are a chain, else
 * in a Functional of one input and one output.
 *
 * <p>What Keras could mean and this project would do otherwise (groups, constraints, other types
 * than float32) is a {@link ModelFormatException} naming file, layer, expected and found.
 * Initializers and seeds are not read: weights come from the file.
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
    return fromTree(parse(text, file), file);
  }

  /** The tree of a text, which may be JSON written as a string of JSON. */
  static JsonNode parse(String text, String file) throws ModelFormatException {
    JsonNode tree = Json.parse(text, file);
    return tree.isTextual() ? Json.parse(tree.textValue(), file) : tree;
  }

  /** The tree of {@link #write}. */
  static ObjectNode toTree(Architecture architecture) {
    ObjectNode config = Json.object().put("name", architecture.name()).put("trainable", true);
    if (!architecture.isChain()) {
      return FunctionalJson.write(architecture, inputLayer(architecture.input()), config);
    }
    config.set("dtype", KerasJson.dtype());
    ArrayNode layers = config.putArray("layers");
    layers.add(inputLayer(architecture.input()));
    for (int i = 0; i < architecture.layers().size(); i++) {
      layers.add(layer(architecture, i));
    }
    config.set("build_input_shape", KerasJson.batchShape(architecture.input().dimensions()));
    ObjectNode model = KerasJson.object("keras", "Sequential", config);
    model
        .putObject("build_config")
        .set("input_shape", KerasJson.batchShape(architecture.input().dimensions()));
    return model;
  }

  /** One of the layers, without what it takes. */
  static ObjectNode layer(Architecture architecture, int i) {
    Layer layer = architecture.layers().get(i);
    boolean trains = !architecture.frozen().contains(layer.name());
    return Layers.write(layer, architecture.inputShapes().get(i), trains);
  }

  private static ObjectNode inputLayer(Shape input) {
    ObjectNode config = Json.object();
    config.set("batch_shape", KerasJson.batchShape(input.dimensions()));
    config.put("dtype", "float32").put("sparse", false).put("ragged", false);
    config.put("name", "input_layer").put("optional", false);
    return KerasJson.object("keras.layers", "InputLayer", config);
  }

  static Architecture fromTree(JsonNode tree, String place) throws ModelFormatException {
    return ModelReader.read(tree, place).architecture();
  }
}
