package org.epochflow.model.format;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Layer.Activation;
import org.epochflow.model.nn.Layer.Conv2D;
import org.epochflow.model.nn.Layer.Dense;
import org.epochflow.model.nn.Layer.Dropout;
import org.epochflow.model.nn.Layer.Flatten;
import org.epochflow.model.nn.Layer.Function;
import org.epochflow.model.nn.Layer.MaxPooling2D;
import org.epochflow.model.nn.Layer.Padding;
import org.epochflow.model.nn.Shape;

/** One layer, as Keras 3.15 writes it in the {@code layers} of a Sequential's config. */
final class LayerJson {
  private static final String CHANNELS_LAST = "\"channels_last\"";
  private static final String FLOAT32 = "\"float32\"";

  private LayerJson() {}

  static ObjectNode write(Layer layer, Shape input) {
    ObjectNode config = Json.object();
    config.put("name", layer.name()).put("trainable", true).set("dtype", dtype());
    if (layer instanceof Dense dense) {
      config.put("units", dense.units());
      variables(config, dense.activation());
      config.putNull("quantization_config");
    } else if (layer instanceof Conv2D conv) {
      config.put("filters", conv.filters());
      config.set("kernel_size", pair(conv.kernelHeight(), conv.kernelWidth()));
      config.set("strides", pair(1, 1));
      config.put("padding", JsonObject.spell(conv.padding())).put("data_format", "channels_last");
      config.set("dilation_rate", pair(1, 1));
      config.put("groups", 1);
      variables(config, conv.activation(), "activity_regularizer");
    } else if (layer instanceof MaxPooling2D pool) {
      config.set("pool_size", pair(pool.poolHeight(), pool.poolWidth()));
      config.put("padding", "valid");
      config.set("strides", pair(pool.strideHeight(), pool.strideWidth()));
      config.put("data_format", "channels_last");
    } else if (layer instanceof Flatten) {
      config.put("data_format", "channels_last");
    } else if (layer instanceof Dropout dropout) {
      config.put("rate", dropout.rate()).putNull("seed").putNull("noise_shape");
    } else if (layer instanceof Activation activation) {
      config.put("activation", JsonObject.spell(activation.function()));
    }
    ObjectNode written = keras("keras.layers", layer.getClass().getSimpleName(), config);
    if (layer instanceof Flatten || !layer.kernel(input).isEmpty()) {
      written.putObject("build_config").set("input_shape", batchShape(input));
    }
    return written;
  }

  static ObjectNode inputLayer(Shape input) {
    ObjectNode config = Json.object();
    config.set("batch_shape", batchShape(input));
    config.put("dtype", "float32").put("sparse", false).put("ragged", false);
    config.put("name", "input_layer").put("optional", false);
    return keras("keras.layers", "InputLayer", config);
  }

  /** Keras's way to write any of its objects. */
  static ObjectNode keras(String module, String className, ObjectNode config) {
    ObjectNode written = Json.object().put("module", module).put("class_name", className);
    written.set("config", config);
    return written.putNull("registered_name");
  }

  static ObjectNode dtype() {
    return keras("keras", "DTypePolicy", Json.object().put("name", "float32"));
  }

  /** {@code [null, 28, 28, 1]}: the batch may be of any size. */
  static ArrayNode batchShape(Shape shape) {
    ArrayNode dimensions = Json.object().arrayNode().addNull();
    shape.dimensions().forEach(dimensions::add);
    return dimensions;
  }

  private static ArrayNode pair(int height, int width) {
    return Json.object().arrayNode().add(height).add(width);
  }

  private static void variables(ObjectNode config, Function activation, String... unused) {
    ObjectNode glorot = Json.object().putNull("seed").putNull("input_axes").putNull("output_axes");
    config.put("activation", JsonObject.spell(activation)).put("use_bias", true);
    config.set("kernel_initializer", keras("keras.initializers", "GlorotUniform", glorot));
    config.set("bias_initializer", keras("keras.initializers", "Zeros", Json.object()));
    config.putNull("kernel_regularizer").putNull("bias_regularizer");
    for (String name : unused) {
      config.putNull(name);
    }
    config.putNull("kernel_constraint").putNull("bias_constraint");
  }

  /** The layer that Keras means; whatever this project would do otherwise than Keras is a fault. */
  static Layer read(String className, JsonObject config) throws ModelFormatException {
    float32(config);
    config.expect("trainable", "true");
    String name = config.text("name");
    try {
      return switch (className) {
        case "Dense" -> dense(name, config);
        case "Conv2D" -> conv2D(name, config);
        case "MaxPooling2D" -> maxPooling2D(name, config);
        case "Flatten" -> flatten(name, config);
        case "Dropout" -> dropout(name, config);
        case "Activation" -> new Activation(name, function(config));
        case "ReLU" -> relu(name, config);
        case "Softmax" -> softmax(name, config);
        default ->
            throw ModelFormatException.expected(
                "a layer of Dense, Conv2D, MaxPooling2D, Flatten, Dropout, Activation, ReLU or"
                    + " Softmax",
                className,
                config.place());
      };
    } catch (ArchitectureException e) {
      throw ModelFormatException.at(config.place(), e);
    }
  }

  static void float32(JsonObject config) throws ModelFormatException {
    boolean policy = config.node().path("dtype").isObject();
    JsonObject holder = policy ? config.object("dtype").object("config") : config;
    holder.expect(policy ? "name" : "dtype", FLOAT32, "null");
  }

  private static Layer dense(String name, JsonObject config) throws ModelFormatException {
    plainVariables(config);
    return new Dense(name, config.integer("units"), function(config));
  }

  private static Layer conv2D(String name, JsonObject config) throws ModelFormatException {
    plainVariables(config);
    config.expect("strides", "[1,1]", "1");
    config.expect("dilation_rate", "[1,1]", "1");
    config.expect("groups", "1");
    config.expect("data_format", CHANNELS_LAST, "null");
    int[] kernel = config.pair("kernel_size");
    Padding padding = config.constant("padding", Padding.values());
    int filters = config.integer("filters");
    return new Conv2D(name, filters, kernel[0], kernel[1], padding, function(config));
  }

  private static Layer maxPooling2D(String name, JsonObject config) throws ModelFormatException {
    config.expect("padding", "\"valid\"");
    config.expect("data_format", CHANNELS_LAST, "null");
    int[] pool = config.pair("pool_size");
    int[] strides = config.has("strides") ? config.pair("strides") : pool;
    return new MaxPooling2D(name, pool[0], pool[1], strides[0], strides[1]);
  }

  private static Layer flatten(String name, JsonObject config) throws ModelFormatException {
    config.expect("data_format", CHANNELS_LAST, "null");
    return new Flatten(name);
  }

  private static Layer dropout(String name, JsonObject config) throws ModelFormatException {
    config.expect("noise_shape", "null");
    return new Dropout(name, config.number("rate"));
  }

  private static Layer relu(String name, JsonObject config) throws ModelFormatException {
    config.expect("max_value", "null");
    config.expect("negative_slope", "0", "0.0");
    config.expect("threshold", "0", "0.0");
    return new Activation(name, Function.RELU);
  }

  private static Layer softmax(String name, JsonObject config) throws ModelFormatException {
    config.expect("axis", "-1");
    return new Activation(name, Function.SOFTMAX);
  }

  private static Function function(JsonObject config) throws ModelFormatException {
    return config.has("activation")
        ? config.constant("activation", Function.values())
        : Function.LINEAR;
  }

  private static void plainVariables(JsonObject config) throws ModelFormatException {
    config.expect("use_bias", "true");
    for (String unsupported :
        List.of(
            "kernel_regularizer",
            "bias_regularizer",
            "activity_regularizer",
            "kernel_constraint",
            "bias_constraint",
            "quantization_config",
            "lora_rank")) {
      config.expect(unsupported, "null");
    }
  }
}
