package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.json.RecordJson;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;

/**
 * A {@link TrainingConfig} as JSON: the fields of its records, named and spelled as on the command
 * line, and the architecture as Keras writes it.
 *
 * <p>The settings of the optimizer stand among the others, after its name. Files that name no
 * optimizer were written when a strategy had but one: they mean that.
 */
public final class ConfigJson {
  static final RecordJson RECORDS = new RecordJson(Optimizers.types());
  private static final String ARCHITECTURE = "architecture";
  private static final String OPTIMIZER = "optimizer";
  private static final String STRATEGY = "strategy";

  private ConfigJson() {}

  /** Pretty printed; the same configuration is the same text. */
  public static String write(TrainingConfig config) {
    return Json.pretty(toTree(config));
  }

  /** Reads the text of {@link #write}, which messages call {@code file}. */
  public static TrainingConfig read(String text, String file) throws ModelFormatException {
    return fromTree(Json.parse(text, file), file);
  }

  /** Returns the tree of {@link #write}, for a file with further content. */
  public static ObjectNode toTree(TrainingConfig config) {
    ObjectNode tree = settings(config);
    tree.set(ARCHITECTURE, ArchitectureJson.toTree(config.architecture()));
    return tree;
  }

  /** Reads the tree; {@code place} is its file and where in it, for messages. */
  public static TrainingConfig fromTree(JsonNode tree, String place) throws ModelFormatException {
    ObjectNode settings = (ObjectNode) JsonObject.of(tree, place).node().deepCopy();
    JsonNode architecture = JsonObject.of(tree, place).object(ARCHITECTURE).node();
    settings.remove(ARCHITECTURE);
    return settings(
        new JsonObject(settings, place),
        ArchitectureJson.fromTree(architecture, place + ", " + ARCHITECTURE));
  }

  /** Returns everything but the architecture, for a file that has it already. */
  static ObjectNode settings(TrainingConfig config) {
    ObjectNode flat = Json.object();
    for (Map.Entry<String, JsonNode> field : RECORDS.write(config).properties()) {
      if (field.getKey().equals(OPTIMIZER)) {
        flat.put(OPTIMIZER, config.optimizer().name());
        field.getValue().properties().forEach(own -> flat.set(own.getKey(), own.getValue()));
        flat.remove(RecordJson.NAME);
      } else {
        flat.set(field.getKey(), field.getValue());
      }
    }
    return flat.put(STRATEGY, config.parallel().strategy().word(config.optimizer()));
  }

  /** Reads the tree of {@link #settings(TrainingConfig)}. */
  static TrainingConfig settings(JsonObject tree, Architecture architecture)
      throws ModelFormatException {
    String word = tree.text(STRATEGY);
    ObjectNode settings = (ObjectNode) tree.node().deepCopy();
    try {
      Strategy strategy = Strategy.named(word);
      settings.put(STRATEGY, JsonObject.spell(strategy));
      settings.set(
          OPTIMIZER,
          tree.has(OPTIMIZER)
              ? optimizer(tree.text(OPTIMIZER), settings)
              : RECORDS.write(strategy.defaultOptimizer()));
      TrainingConfig config =
          RECORDS.read(new JsonObject(settings, tree.place()), TrainingConfig.class, architecture);
      strategy.requireFit(word, config.optimizer());
      return config;
    } catch (IllegalArgumentException e) {
      throw ModelFormatException.at(tree.place(), e);
    }
  }

  /** The optimizer's own fields, taken out from among the others. */
  private static ObjectNode optimizer(String name, ObjectNode settings) {
    ObjectNode own = Json.object().put(RecordJson.NAME, name);
    for (String field : Optimizers.settings(Optimizers.named(name))) {
      if (settings.has(field)) {
        own.set(field, settings.remove(field));
      }
    }
    return own;
  }
}
