package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;

/**
 * A {@link TrainingConfig} as JSON: one field for each value, named and spelled as on the command
 * line, and the architecture as Keras writes it.
 */
public final class ConfigJson {
  private static final String IMAGE_SHAPE = "imageShape";
  private static final String ARCHITECTURE = "architecture";
  private static final Set<String> SETTINGS =
      Set.of(
          "kernels",
          "seed",
          "epochs",
          "batchSize",
          "strategy",
          "replicas",
          "roundsPerEpoch",
          "learningRate",
          "learningRateScaling",
          "warmupEpochs",
          "serverLearningRate",
          "earlyStopping",
          "monitor",
          "minDelta",
          "patience",
          "validationSplit",
          "folds",
          "fold",
          "stratify",
          "pixelDivisor",
          IMAGE_SHAPE,
          "classNames");

  private ConfigJson() {}

  /** Pretty printed; the same configuration is the same text. */
  public static String write(TrainingConfig config) {
    return Json.pretty(toTree(config));
  }

  /** Reads the text of {@link #write}, which messages call {@code file}. */
  public static TrainingConfig read(String text, String file) throws ModelFormatException {
    return fromTree(Json.parse(text, file), file);
  }

  /** The tree of {@link #write}, for a file that holds more. */
  public static ObjectNode toTree(TrainingConfig config) {
    ObjectNode tree = settings(config);
    tree.set(ARCHITECTURE, ArchitectureJson.toTree(config.architecture()));
    return tree;
  }

  /** Reads the tree; {@code place} is its file and where in it, for messages. */
  public static TrainingConfig fromTree(JsonNode tree, String place) throws ModelFormatException {
    JsonObject object = JsonObject.of(tree, place);
    Set<String> known = new HashSet<>(SETTINGS);
    known.add(ARCHITECTURE);
    object.only(known);
    JsonNode architecture = object.object(ARCHITECTURE).node();
    return config(object, ArchitectureJson.fromTree(architecture, place + ", " + ARCHITECTURE));
  }

  /** All but the architecture, for a file that holds it already. */
  static ObjectNode settings(TrainingConfig config) {
    ObjectNode tree = Json.object();
    tree.put("kernels", config.kernels()).put("seed", config.seed());
    tree.put("epochs", config.epochs()).put("batchSize", config.batchSize());
    DataParallel parallel = config.parallel();
    tree.put("strategy", JsonObject.spell(parallel.strategy()));
    tree.put("replicas", parallel.replicas()).put("roundsPerEpoch", parallel.roundsPerEpoch());
    LearningRate rate = config.learningRate();
    tree.put("learningRate", rate.base());
    tree.put("learningRateScaling", JsonObject.spell(rate.scaling()));
    tree.put("warmupEpochs", rate.warmupEpochs()).put("serverLearningRate", rate.server());
    EarlyStopping stopping = config.stopping();
    tree.put("earlyStopping", stopping.enabled());
    tree.put("monitor", JsonObject.spell(stopping.monitor()));
    tree.put("minDelta", stopping.minDelta()).put("patience", stopping.patience());
    split(config.split(), tree);
    tree.put("pixelDivisor", (double) config.preprocessing().divisor());
    Shape image = config.preprocessing().image();
    if (image != null) {
      image.dimensions().forEach(tree.putArray(IMAGE_SHAPE)::add);
    }
    config.classNames().forEach(tree.putArray("classNames")::add);
    return tree;
  }

  /** A share or a fold, whichever it is. */
  private static void split(SplitRule rule, ObjectNode tree) {
    if (rule.folds() == 0) {
      tree.put("validationSplit", rule.validation());
    } else {
      tree.put("folds", rule.folds()).put("fold", rule.fold());
    }
    tree.put("stratify", rule.stratify());
  }

  private static SplitRule split(JsonObject tree) throws ModelFormatException {
    boolean stratify = tree.flag("stratify");
    return tree.has("folds")
        ? SplitRule.ofFold(tree.integer("fold"), tree.integer("folds"), stratify)
        : new SplitRule(tree.number("validationSplit"), stratify);
  }

  static TrainingConfig settings(JsonObject tree, Architecture architecture)
      throws ModelFormatException {
    tree.only(SETTINGS);
    return config(tree, architecture);
  }

  private static TrainingConfig config(JsonObject tree, Architecture architecture)
      throws ModelFormatException {
    try {
      return new TrainingConfig(
          architecture,
          preprocessing(tree),
          tree.text("kernels"),
          tree.wideInteger("seed"),
          tree.integer("epochs"),
          tree.integer("batchSize"),
          parallel(tree),
          learningRate(tree),
          stopping(tree),
          split(tree),
          tree.texts("classNames"));
    } catch (IllegalArgumentException e) {
      throw ModelFormatException.at(tree.place(), e);
    }
  }

  /** The image's shape is not in files of before it was recorded. */
  private static Preprocessing preprocessing(JsonObject tree) throws ModelFormatException {
    Preprocessing anyShape = new Preprocessing((float) tree.number("pixelDivisor"), null);
    if (!tree.has(IMAGE_SHAPE)) {
      return anyShape;
    }
    List<Integer> dimensions = new ArrayList<>();
    for (JsonNode size : tree.list(IMAGE_SHAPE)) {
      if (!size.isInt()) {
        throw tree.fault(IMAGE_SHAPE, "a list of whole numbers");
      }
      dimensions.add(size.intValue());
    }
    return anyShape.withImage(new Shape(dimensions));
  }

  private static DataParallel parallel(JsonObject tree) throws ModelFormatException {
    Strategy strategy = tree.constant("strategy", Strategy.values());
    return new DataParallel(strategy, tree.integer("replicas"), tree.integer("roundsPerEpoch"));
  }

  private static LearningRate learningRate(JsonObject tree) throws ModelFormatException {
    return new LearningRate(
        tree.number("learningRate"),
        tree.constant("learningRateScaling", LearningRate.Scaling.values()),
        tree.number("warmupEpochs"),
        tree.number("serverLearningRate"));
  }

  private static EarlyStopping stopping(JsonObject tree) throws ModelFormatException {
    return new EarlyStopping(
        tree.flag("earlyStopping"),
        tree.constant("monitor", EarlyStopping.Monitor.values()),
        tree.number("minDelta"),
        tree.integer("patience"));
  }
}
