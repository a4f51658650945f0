package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Ending;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.train.TrainingConfig;

/** The loss in Keras's {@code compile_config}: a cross-entropy, as a name, function or object. */
final class KerasLoss {
  private static final String LOSS = "loss";
  private static final String FROM_LOGITS = "from_logits";
  private static final String LABEL_SMOOTHING = "label_smoothing";
  private static final String BINARY = "binary_crossentropy";
  private static final String CATEGORICAL = "categorical_crossentropy";

  /** Each with the name of its function; labels are numbers here in any case. */
  private static final Map<String, String> NAMES =
      Map.of(
          BINARY,
          BINARY,
          "bce",
          BINARY,
          "BinaryCrossentropy",
          BINARY,
          CATEGORICAL,
          CATEGORICAL,
          "CategoricalCrossentropy",
          CATEGORICAL,
          "sparse_categorical_crossentropy",
          CATEGORICAL,
          "SparseCategoricalCrossentropy",
          CATEGORICAL);

  private KerasLoss() {}

  /** A name where that says all, or else an object. */
  static JsonNode write(TrainingConfig config) {
    Loss loss = config.loss();
    boolean binary = config.architecture().outputs() == 1;
    String name = binary ? BINARY : CATEGORICAL;
    if (!loss.fromLogits() && loss.labelSmoothing() == 0) {
      return TextNode.valueOf(name);
    }
    ObjectNode settings = Json.object().put("name", name);
    settings.put("reduction", "sum_over_batch_size").put(FROM_LOGITS, loss.fromLogits());
    settings.put(LABEL_SMOOTHING, loss.labelSmoothing()).put("axis", -1);
    return KerasJson.object(
        "keras.losses", binary ? "BinaryCrossentropy" : "CategoricalCrossentropy", settings);
  }

  /**
   * The label smoothing of a compiled model; 0 if it has no loss.
   *
   * @throws ModelFormatException if its loss is none that this network has here
   */
  static double labelSmoothing(JsonObject compiled, Architecture architecture)
      throws ModelFormatException {
    if (!compiled.has(LOSS)) {
      return 0;
    }
    compiled.expect("loss_weights", "null");
    JsonNode written = compiled.node().get(LOSS);
    boolean function = written.path("class_name").asText("").equals("function");
    JsonNode settings = function ? Json.object() : written.path("config");
    JsonNode name = written.isObject() ? written.path(function ? "config" : "class_name") : written;
    requireFit(name, architecture, compiled.place());
    JsonObject config =
        new JsonObject(settings.isObject() ? settings : Json.object(), compiled.place());
    config.expect("reduction", "\"sum_over_batch_size\"", "\"auto\"", "\"mean\"");
    config.expect("axis", "-1");
    config.expect("ignore_class", "null");
    boolean logits = architecture.ending() == Ending.LOGITS;
    if ((config.has(FROM_LOGITS) && config.truth(FROM_LOGITS)) != logits) {
      throw ModelFormatException.expected(
          "%s as from_logits, as the model ends in %s"
              .formatted(logits, logits ? "logits" : "probabilities"),
          String.valueOf(!logits),
          config.place());
    }
    double smoothing = config.has(LABEL_SMOOTHING) ? config.number(LABEL_SMOOTHING) : 0;
    if (!(smoothing >= 0 && smoothing < 1)) {
      throw config.fault(LABEL_SMOOTHING, "a number of 0 or more and below 1");
    }
    return smoothing;
  }

  private static void requireFit(JsonNode name, Architecture architecture, String place)
      throws ModelFormatException {
    boolean binary = architecture.outputs() == 1;
    String expected = binary ? BINARY : CATEGORICAL + " or sparse_" + CATEGORICAL;
    if (!name.isTextual() || !(binary ? BINARY : CATEGORICAL).equals(NAMES.get(name.asText()))) {
      throw ModelFormatException.expected(
          "%s as loss of %s".formatted(expected, binary ? "one output" : "several outputs"),
          name,
          place);
    }
  }
}
