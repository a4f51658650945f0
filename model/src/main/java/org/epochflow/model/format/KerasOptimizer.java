package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.Settings;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.train.ModelState;
import org.jspecify.annotations.Nullable;

/**
 * Reads what Keras compiled a model with: the loss, the optimizer, its rate or schedule, and its
 * state.
 */
final class KerasOptimizer {
  private static final String COMPILED = "compile_config";
  private static final String OPTIMIZER = "optimizer";
  private static final String RATE = "learning_rate";

  /** Where Keras has the optimizer's variables; the first counts the steps. */
  private static final String VARIABLES = "/optimizer/vars/";

  /** What nothing here depends on: no layer of an embedding is known. */
  private static final String EMBEDDINGS = "exclude_embeddings";

  private KerasOptimizer() {}

  /**
   * Reads loss and optimizer of a model's {@code config.json}; empty if the model was not compiled.
   *
   * @param config the whole of it
   * @param weights its variables, and its optimizer's
   */
  static Optional<Compiled> read(
      JsonObject config, Hdf5 weights, Architecture architecture, float[] parameters) {
    if (!config.node().path(COMPILED).hasNonNull(OPTIMIZER)) {
      return Optional.empty();
    }
    double smoothing = 0;
    @Nullable ModelFormatException fault = null;
    try {
      smoothing = KerasLoss.labelSmoothing(config.object(COMPILED), architecture);
    } catch (ModelFormatException e) {
      fault = e;
    }
    try {
      Compiled.Recipe recipe = recipe(config.object(COMPILED));
      // A constant rate is one of the optimizer's variables; a schedule is none.
      int first = recipe.schedule().isPresent() ? 1 : 2;
      Optional<ModelState> state =
          state(weights, architecture, parameters, recipe.optimizer(), first);
      return Optional.of(
          new Compiled(
              new Compiled.Recipe(recipe.optimizer(), recipe.rate(), recipe.schedule(), state),
              null,
              smoothing,
              fault));
    } catch (ModelFormatException e) {
      return Optional.of(new Compiled(null, e, smoothing, fault));
    }
  }

  private static Compiled.Recipe recipe(JsonObject compiled) throws ModelFormatException {
    if (compiled.node().path(OPTIMIZER).isTextual()) {
      Optimizer optimizer = named(compiled.text(OPTIMIZER), compiled, OPTIMIZER);
      return new Compiled.Recipe(
          optimizer, optimizer.defaultRate(), Optional.empty(), Optional.empty());
    }
    JsonObject tree = compiled.object(OPTIMIZER);
    JsonObject config = tree.object("config");
    Optimizer optimizer = named(tree.text("class_name"), tree, "class_name");
    Optimizer set = set(optimizer, config);
    if (!config.node().path(RATE).isObject()) {
      double rate = config.has(RATE) ? decimal(config.number(RATE)) : optimizer.defaultRate();
      return new Compiled.Recipe(set, rate, Optional.empty(), Optional.empty());
    }
    KerasSchedule schedule = KerasSchedule.read(config.object(RATE));
    Schedule ofSteps = schedule.schedule();
    return new Compiled.Recipe(set, schedule.peak(), Optional.of(ofSteps), Optional.empty());
  }

  /** The shortest decimal of a float32: 0.01, not 0.009999999776482582. */
  private static double decimal(double rate) {
    return (float) rate == rate ? Double.parseDouble(Float.toString((float) rate)) : rate;
  }

  private static Optimizer named(String name, JsonObject tree, String field)
      throws ModelFormatException {
    for (Optimizer optimizer : Optimizers.ALL) {
      if (optimizer.keras().className().equalsIgnoreCase(name)) {
        return optimizer;
      }
    }
    String known =
        Optimizers.ALL.stream()
            .map(optimizer -> optimizer.keras().className())
            .collect(Collectors.joining(" or "));
    throw tree.fault(field, known);
  }

  /** The optimizer with the settings of a configuration. */
  private static Optimizer set(Optimizer optimizer, JsonObject config) throws ModelFormatException {
    config.expect("use_ema", "false", "null");
    config.expect("loss_scale_factor", "null");
    config.expect("gradient_accumulation_steps", "null");
    Map<String, Object> values = new HashMap<>();
    Map<String, JsonNode> fixed = new HashMap<>();
    optimizer.keras().settings().properties().forEach(e -> fixed.put(e.getKey(), e.getValue()));
    fixed.remove(EMBEDDINGS);
    for (Settings.Field field : Settings.of(optimizer)) {
      String name = optimizer.kerasName(field.name());
      fixed.remove(name);
      JsonNode value = config.node().path(name);
      if (value.isNull()) {
        values.put(field.name(), field.type() == boolean.class ? (Object) false : (Object) 0.0);
      } else if (!value.isMissingNode()) {
        values.put(
            field.name(),
            field.type() == boolean.class ? (Object) value.asBoolean() : config.number(name));
      }
    }
    for (Map.Entry<String, JsonNode> only : fixed.entrySet()) {
      JsonNode value = config.node().path(only.getKey());
      boolean numbers = value.isNumber() && only.getValue().isNumber();
      boolean same =
          numbers
              ? value.doubleValue() == only.getValue().doubleValue()
              : value.equals(only.getValue());
      if (!same && !value.isMissingNode()) {
        throw config.fault(only.getKey(), only.getValue().toString());
      }
    }
    try {
      Optimizer set = Optimizers.with(optimizer, values);
      Optimizers.requireSound(set);
      return set;
    } catch (IllegalArgumentException e) {
      throw ModelFormatException.at(config.place(), e);
    }
  }

  /**
   * The parameters with the optimizer's state; empty before its first step. Until Keras 3.9 the
   * single numbers of an optimizer stand in front of its slots, since then behind them.
   *
   * @param behind the number of the variable behind the step and the rate
   */
  private static Optional<ModelState> state(
      Hdf5 weights, Architecture architecture, float[] parameters, Optimizer optimizer, int behind)
      throws ModelFormatException {
    if (!weights.has(VARIABLES + "0")) {
      return Optional.empty();
    }
    long steps = weights.int64(VARIABLES + "0");
    if (steps <= 0) {
      return Optional.empty();
    }
    int numbers = optimizer.kerasNumbers(steps).size();
    boolean inFront = numbers > 0 && weights.isScalar(VARIABLES + behind);
    int first = behind + (inFront ? numbers : 0);
    List<String> slots = optimizer.slots();
    ModelState state = ModelState.startingFrom(parameters, slots.size());
    List<Variable> trained = architecture.trained();
    for (int i = 0; i < trained.size(); i++) {
      Variable variable = trained.get(i);
      for (int slot = 0; slot < slots.size(); slot++) {
        int place = optimizer.kerasPlace(i, slot, trained);
        if (place >= 0) {
          float[] values = weights.float32(VARIABLES + (first + place), variable.dimensions());
          System.arraycopy(values, 0, state.slots().get(slot), variable.offset(), values.length);
        }
      }
    }
    return Optional.of(new ModelState(parameters, state.slots(), steps));
  }
}
