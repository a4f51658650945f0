package org.epochflow.runners.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.train.TrainingConfig;

/**
 * What is set, as MLflow's parameters: texts by name, without those that are longer than it takes.
 */
final class MlflowParameters {
  private static final int MOST = 6000;

  private MlflowParameters() {}

  /** What is set for a training. */
  static Map<String, String> of(TrainingConfig config) {
    ObjectNode settings = ConfigJson.toTree(config);
    settings.put("architecture", config.architecture().name());
    settings.put("parameters", config.architecture().parameterCount());
    return of(settings);
  }

  /** The fields of an object. */
  static Map<String, String> of(JsonNode settings) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : settings.properties()) {
      JsonNode value = field.getValue();
      String text = value.isTextual() ? value.textValue() : value.toString();
      if (text.length() <= MOST) {
        texts.put(field.getKey(), text);
      }
    }
    return texts;
  }
}
