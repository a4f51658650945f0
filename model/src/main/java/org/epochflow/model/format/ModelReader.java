package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Layers;

/**
 * Reads a model's JSON, of Keras 1 to 3: a Sequential, or a Functional of one input and one output.
 * Models among its layers are taken apart, so that the result is one network of layers.
 */
final class ModelReader {
  private static final Set<String> MODELS = Set.of("Sequential", "Functional", "Model");

  private final List<Layer> layers = new ArrayList<>();
  private final List<List<Integer>> inputs = new ArrayList<>();
  private final NavigableSet<String> frozen = new TreeSet<>();
  private final Set<String> names = new HashSet<>();
  private Optional<Shape> input = Optional.empty();

  /**
   * A network, and where its file has it.
   *
   * @param members the model's layers
   */
  record Read(Architecture architecture, List<Member> members) {}

  /**
   * A layer of a model or a model among its layers, with what finds its variables in a file.
   *
   * @param className Keras's
   * @param name Keras's, which the layer of the network may not have
   * @param trains whether Keras steps its variables
   * @param layer the place among the network's layers; of a model, where its own begin
   * @param members of a model: its layers
   */
  record Member(
      String className, String name, boolean trains, int layer, Optional<List<Member>> members) {}

  private ModelReader() {}

  /**
   * Reads a tree.
   *
   * @param place its file and where in it, for messages
   */
  static Read read(JsonNode tree, String place) throws ModelFormatException {
    ModelReader reader = new ModelReader();
    JsonObject model = JsonObject.of(tree, place);
    requireModel(model);
    List<Member> members = new ArrayList<>();
    int output = reader.model(model, place, 0, true, members);
    if (output != reader.layers.size()) {
      throw ModelFormatException.expected("the last layer as output", "another", place);
    }
    if (reader.input.isEmpty()) {
      throw ModelFormatException.expected("an InputLayer or build_input_shape", "none", place);
    }
    String name = settings(model).map(config -> config.path("name").asText("")).orElse("");
    try {
      return new Read(
          new Architecture(
              name.isEmpty() ? "sequential" : name,
              reader.input.get(),
              reader.layers,
              reader.inputs,
              reader.frozen),
          members);
    } catch (ArchitectureException e) {
      throw ModelFormatException.at(place, e);
    }
  }

  private static void requireModel(JsonObject model) throws ModelFormatException {
    if (!MODELS.contains(model.text("class_name"))) {
      throw model.fault("class_name", "Sequential or Functional");
    }
  }

  /** The settings, unless they are but the layers, as until Keras 2.2.2. */
  private static Optional<JsonNode> settings(JsonObject model) {
    return Optional.of(model.node().path("config")).filter(JsonNode::isObject);
  }

  /**
   * Adds the layers of a model.
   *
   * @param from the number of the tensor that it takes
   * @param trains whether what it is a part of trains
   * @return the number of the tensor that it gives
   */
  private int model(JsonObject model, String place, int from, boolean trains, List<Member> members)
      throws ModelFormatException {
    boolean bare = settings(model).isEmpty();
    JsonObject config = bare ? model : model.object("config");
    KerasJson.requireFloat32(config);
    boolean itTrains = trains && (bare || trains(config));
    List<JsonObject> elements = new ArrayList<>();
    for (JsonNode element : config.list(bare ? "config" : "layers")) {
      elements.add(element(JsonObject.of(element, place + ", layer " + elements.size()), place));
    }
    findInput(model, config, elements);
    boolean chain = model.text("class_name").equals("Sequential");
    Map<String, Integer> tensors = new HashMap<>();
    if (!chain) {
      tensors.put(FunctionalJson.one(config, "input_layers"), from);
    }
    int last = from;
    for (JsonObject element : elements) {
      if (element.text("class_name").equals("InputLayer")) {
        requireFunctionalInput(element, chain, tensors);
      } else {
        List<Integer> its = chain ? List.of(last) : FunctionalJson.inputs(element, tensors);
        last = member(element, its, itTrains, members);
        tensors.put(element.object("config").text("name"), last);
      }
    }
    return chain ? last : FunctionalJson.output(config, tensors);
  }

  private static void requireFunctionalInput(
      JsonObject element, boolean chain, Map<String, Integer> tensors) throws ModelFormatException {
    String name = element.object("config").text("name");
    if (!chain && !tensors.containsKey(name)) {
      throw ModelFormatException.expected("one InputLayer", "two", element.place());
    }
  }

  /** The element of a layer, as Keras 3 writes it; its messages call it by its name. */
  private static JsonObject element(JsonObject written, String place) throws ModelFormatException {
    JsonObject element = Keras1Json.renamed(written);
    String name = element.text("class_name");
    element.expect("registered_name", "null", '"' + name + '"');
    if (element.has("module") && !element.text("module").matches("(tf_)?keras.*")) {
      throw element.fault("module", "keras.layers");
    }
    JsonNode config = element.node().path("config");
    String called = config.isObject() ? config.path("name").asText(name) : name;
    return new JsonObject(element.node(), place + ", layer " + Excerpt.of(called));
  }

  /** Adds a layer, or the layers of a model, and returns the number of the tensor that it gives. */
  private int member(JsonObject element, List<Integer> from, boolean trains, List<Member> members)
      throws ModelFormatException {
    String className = element.text("class_name");
    if (MODELS.contains(className)) {
      if (from.size() != 1) {
        throw ModelFormatException.expected("a model of one input", from.size(), element.place());
      }
      String name =
          settings(element).map(config -> config.path("name").asText("")).orElse(className);
      boolean itTrains =
          trains && (settings(element).isEmpty() || trains(element.object("config")));
      List<Member> own = new ArrayList<>();
      members.add(new Member(className, name, itTrains, layers.size(), Optional.of(own)));
      return model(element, element.place(), from.get(0), trains, own);
    }
    JsonObject config = new JsonObject(element.object("config").node(), element.place());
    String name = config.text("name");
    boolean itTrains = trains && trains(config);
    members.add(new Member(className, name, itTrains, layers.size(), Optional.empty()));
    Layer layer = Layers.read(className, unique(config));
    layers.add(layer);
    inputs.add(from);
    if (!itTrains) {
      frozen.add(layer.name());
    }
    return layers.size();
  }

  /** A layer of a model among the layers may have the name of another. */
  private JsonObject unique(JsonObject config) throws ModelFormatException {
    String name = config.text("name");
    String free = name;
    for (int number = 1; !names.add(free); number++) {
      free = name + "_" + number;
    }
    return free.equals(name) ? config : config.with("name", free);
  }

  private static boolean trains(JsonObject config) throws ModelFormatException {
    config.expect("trainable", "true", "false");
    return config.node().path("trainable").asBoolean(true);
  }

  /** Takes the input's shape from the first of the places where Keras may have written it. */
  private void findInput(JsonObject model, JsonObject config, List<JsonObject> elements)
      throws ModelFormatException {
    if (input.isPresent()) {
      return;
    }
    for (int i = 0; i < elements.size(); i++) {
      JsonObject element = elements.get(i);
      boolean isInput = element.text("class_name").equals("InputLayer");
      if ((isInput || i == 0) && element.node().path("config").isObject()) {
        JsonObject its = element.object("config");
        JsonObject named = new JsonObject(its.node(), element.place());
        for (String name : List.of("batch_shape", "batch_input_shape")) {
          if (its.has(name)) {
            input = Optional.of(shape(named, name));
            return;
          }
        }
      }
    }
    if (config.has("build_input_shape")) {
      input = Optional.of(shape(config, "build_input_shape"));
    } else if (model.has("build_config") && model.object("build_config").has("input_shape")) {
      input = Optional.of(shape(model.object("build_config"), "input_shape"));
    }
  }

  private static Shape shape(JsonObject holder, String name) throws ModelFormatException {
    List<JsonNode> batch = holder.list(name);
    if (!batch.isEmpty() && batch.get(0).isArray()) { // the one input of a functional model
      batch = new ArrayList<>();
      holder.list(name).get(0).forEach(batch::add);
    }
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
