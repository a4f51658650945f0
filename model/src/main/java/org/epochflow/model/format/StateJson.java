package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;

/**
 * {@code epochflow.json}: what a TrainingState holds and Keras's entries have no place for. See
 * {@link Json} for doubles.
 */
final class StateJson {
  private static final int VERSION = 1;

  private StateJson() {}

  static ObjectNode write(TrainingState state) {
    ObjectNode tree = Json.object().put("version", VERSION);
    tree.set("config", ConfigJson.settings(state.config()));
    ArrayNode history = tree.putArray("history");
    state.history().forEach(row -> history.add(row(row)));
    tree.set("stoppingBest", Json.number(state.stoppingBest()));
    tree.put("waited", state.waited());
    tree.set("bestValue", Json.number(state.bestValue()));
    return tree.put("bestEpoch", state.bestEpoch());
  }

  private static ObjectNode row(EpochRow row) {
    ObjectNode tree = Json.object().put("epoch", row.epoch());
    tree.set("accuracy", Json.number(row.accuracy()));
    tree.set("loss", Json.number(row.loss()));
    tree.set("valAccuracy", Json.number(row.valAccuracy()));
    tree.set("valLoss", Json.number(row.valLoss()));
    tree.set("learningRate", Json.number(row.learningRate()));
    tree.set("trainingSeconds", Json.number(row.trainingSeconds()));
    tree.set("seconds", Json.number(row.seconds()));
    return tree;
  }

  /** The configuration, whose architecture stands in {@code config.json}. */
  static TrainingConfig config(JsonObject tree, Architecture architecture)
      throws ModelFormatException {
    tree.expect("version", String.valueOf(VERSION));
    tree.only(
        Set.of("version", "config", "history", "stoppingBest", "waited", "bestValue", "bestEpoch"));
    return ConfigJson.settings(tree.object("config"), architecture);
  }

  static TrainingState read(JsonObject tree, TrainingConfig config, ModelState model)
      throws ModelFormatException {
    List<EpochRow> history = new ArrayList<>();
    for (JsonNode row : tree.list("history")) {
      history.add(row(JsonObject.of(row, tree.place() + ", history row " + history.size())));
    }
    return new TrainingState(
        config,
        model,
        history,
        tree.number("stoppingBest"),
        tree.integer("waited"),
        tree.number("bestValue"),
        tree.integer("bestEpoch"));
  }

  private static EpochRow row(JsonObject row) throws ModelFormatException {
    return new EpochRow(
        row.integer("epoch"),
        row.number("accuracy"),
        row.number("loss"),
        row.number("valAccuracy"),
        row.number("valLoss"),
        row.number("learningRate"),
        row.number("trainingSeconds"),
        row.number("seconds"));
  }
}
