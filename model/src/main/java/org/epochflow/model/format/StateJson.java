package org.epochflow.model.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;

/** {@code epochflow.json}: the parts of a TrainingState that Keras's entries have no place for. */
final class StateJson {
  private static final int VERSION = 1;
  private static final String CONFIG = "config";

  private StateJson() {}

  static ObjectNode write(TrainingState state) {
    ObjectNode tree = Json.object().put("version", VERSION);
    tree.set(CONFIG, ConfigJson.settings(state.config()));
    return tree.setAll(ConfigJson.RECORDS.write(state));
  }

  /** The configuration; its architecture is in {@code config.json}. */
  static TrainingConfig config(JsonObject tree, Architecture architecture)
      throws ModelFormatException {
    tree.expect("version", String.valueOf(VERSION));
    return ConfigJson.settings(tree.object(CONFIG), architecture);
  }

  static TrainingState read(JsonObject tree, TrainingConfig config, ModelState model)
      throws ModelFormatException {
    ObjectNode own = (ObjectNode) tree.node().deepCopy();
    own.remove("version");
    own.remove(CONFIG);
    return ConfigJson.RECORDS.read(
        new JsonObject(own, tree.place()), TrainingState.class, config, model);
  }
}
