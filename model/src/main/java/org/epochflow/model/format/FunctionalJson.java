package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;

/**
 * What is special to Keras's functional models: each layer names those whose outputs it takes, as
 * {@code inbound_nodes}. A layer is called once, with tensors alone.
 */
final class FunctionalJson {
  private static final String INBOUND = "inbound_nodes";
  private static final String TENSOR = "__keras_tensor__";

  private FunctionalJson() {}

  /**
   * Writes a graph.
   *
   * @param inputLayer the InputLayer without its place in the graph
   * @param config of the model, with its name
   */
  static ObjectNode write(Architecture network, ObjectNode inputLayer, ObjectNode config) {
    List<String> names = new ArrayList<>(List.of(inputLayer.get("config").get("name").asText()));
    network.layers().forEach(layer -> names.add(layer.name()));
    List<Shape> shapes = network.shapes();
    ArrayNode layers = config.putArray("layers");
    inputLayer.put("name", names.get(0)).putArray(INBOUND);
    layers.add(inputLayer);
    for (int i = 0; i < network.layers().size(); i++) {
      List<ObjectNode> tensors = new ArrayList<>();
      for (int from : network.inputs().get(i)) {
        tensors.add(tensor(names.get(from), shapes.get(from)));
      }
      ObjectNode layer = ArchitectureJson.layer(network, i).put("name", names.get(i + 1));
      ObjectNode call = layer.putArray(INBOUND).addObject();
      ArrayNode arguments = call.putArray("args");
      (tensors.size() == 1 ? arguments : arguments.addArray()).addAll(tensors);
      call.putObject("kwargs");
      layers.add(layer);
    }
    config.putArray("input_layers").add(history(names.get(0)));
    config.putArray("output_layers").add(history(names.get(names.size() - 1)));
    return KerasJson.object("keras.src.models.functional", "Functional", config);
  }

  private static ObjectNode tensor(String layer, Shape shape) {
    ObjectNode config = Json.object();
    config.set("shape", KerasJson.batchShape(shape.dimensions()));
    config.put("dtype", "float32").set("keras_history", history(layer));
    ObjectNode tensor = Json.object().put("class_name", TENSOR);
    tensor.set("config", config);
    return tensor;
  }

  /** The first output of a layer's first call. */
  private static ArrayNode history(String layer) {
    return Json.object().arrayNode().add(layer).add(0).add(0);
  }

  /**
   * The numbers of the tensors that a layer takes.
   *
   * @param tensors what the layers before it give, by their names
   */
  static List<Integer> inputs(JsonObject layer, Map<String, Integer> tensors)
      throws ModelFormatException {
    List<Integer> inputs = new ArrayList<>();
    for (String from : taken(layer)) {
      inputs.add(number(from, tensors, layer.place()));
    }
    return inputs;
  }

  /** The number of the model's output. */
  static int output(JsonObject config, Map<String, Integer> tensors) throws ModelFormatException {
    return number(one(config, "output_layers"), tensors, config.place());
  }

  private static int number(String layer, Map<String, Integer> tensors, String place)
      throws ModelFormatException {
    Integer number = tensors.get(layer);
    if (number == null) {
      throw ModelFormatException.expected("an input from a layer before it", layer, place);
    }
    return number;
  }

  /** The name of the model's one input or output layer. */
  static String one(JsonObject config, String field) throws ModelFormatException {
    List<String> names = new ArrayList<>();
    collect(config.node().path(field), names);
    if (names.size() != 1) {
      throw ModelFormatException.expected(
          "one layer as " + field, String.valueOf(names.size()), config.place());
    }
    return names.get(0);
  }

  /** The names of the layers whose outputs a layer takes, in its order. */
  private static List<String> taken(JsonObject layer) throws ModelFormatException {
    List<JsonNode> calls = layer.list(INBOUND);
    if (calls.size() != 1) {
      throw ModelFormatException.expected(
          "a layer that is called once", calls.size() + " calls", layer.place());
    }
    List<String> names = new ArrayList<>();
    JsonNode call = calls.get(0);
    if (call.isObject()) {
      // Keras 3 writes whether it was training when the layer was first called, which means
      // nothing.
      requireTensorsAlone(call.path("kwargs"), Set.of("training"), layer);
      collect(call.path("args"), names);
    } else {
      for (JsonNode tensor : call) {
        requireTensorsAlone(tensor.path(3), Set.of(), layer);
      }
      collect(call, names);
    }
    return names;
  }

  /** Refuses arguments beside the tensors, which would change what the layer computes. */
  private static void requireTensorsAlone(JsonNode arguments, Set<String> idle, JsonObject layer)
      throws ModelFormatException {
    for (Map.Entry<String, JsonNode> argument : arguments.properties()) {
      if (!argument.getValue().isNull() && !idle.contains(argument.getKey())) {
        throw ModelFormatException.expected(
            "a layer that is called with tensors alone", argument.getKey(), layer.place());
      }
    }
  }

  /** The layers named in Keras 3's tensors and in Keras 2's {@code [layer, call, output]}. */
  private static void collect(JsonNode tree, List<String> names) {
    if (tree.path("class_name").asText().equals(TENSOR)) {
      collect(tree.path("config").path("keras_history"), names);
    } else if (tree.isArray() && tree.path(0).isTextual()) {
      names.add(tree.path(0).asText());
    } else if (tree.isArray()) {
      tree.forEach(inner -> collect(inner, names));
    }
  }
}
