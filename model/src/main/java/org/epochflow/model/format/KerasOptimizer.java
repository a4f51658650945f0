package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
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
  private static final String OPTIMIZER = "optimizer";
  private static final String RATE = "learning_rate";
  private static final String OLD_RATE = "lr";
  private static final String DECAY = "decay";

  /** What nothing here depends on: no layer of an embedding is known. */
  private static final String EMBEDDINGS = "exclude_embeddings";

  private KerasOptimizer() {}

  /**
   * Reads loss and optimizer of a model; empty if it was not compiled.
   *
   * @param compiled Keras's {@code compile_config}
   * @param variables where the optimizer has its variables in the file, by their numbers; the first
   *     counts the steps
   */
  static Optional<Compiled> read(
      JsonObject compiled,
      Hdf5 file,
      IntFunction<String> variables,
      Architecture architecture,
      float[] parameters) {
    if (!compiled.node().hasNonNull(OPTIMIZER)) {
      return Optional.empty();
    }
    double smoothing = 0;
    @Nullable ModelFormatException fault = null;
    try {
      smoothing = KerasLoss.labelSmoothing(compiled, architecture);
    } catch (ModelFormatException e) {
      fault = e;
    }
    try {
      Compiled.Recipe recipe = recipe(compiled);
      // A constant rate is one of the optimizer's variables; a schedule is none.
      int first = recipe.schedule().isPresent() ? 1 : 2;
      Optional<ModelState> state =
          state(file, variables, architecture, parameters, recipe.optimizer(), first);
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
    if (config.has(DECAY) && config.number(DECAY) != 0) { // of each step's rate, until Keras 2.10
      throw config.fault(DECAY, "0");
    }
    if (!config.node().path(RATE).isObject()) {
      String name = config.has(RATE) ? RATE : OLD_RATE;
      double rate = config.has(name) ? decimal(config.number(name)) : optimizer.defaultRate();
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

  private static Optimizer named(String written, JsonObject tree, String field)
      throws ModelFormatException {
    String name = written.replaceFirst("^Custom>", ""); // in .h5 files of Keras 2.11 to 2.15
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
      Hdf5 file,
      IntFunction<String> variables,
      Architecture architecture,
      float[] parameters,
      Optimizer optimizer,
      int behind)
      throws ModelFormatException {
    if (!file.has(variables.apply(0))) {
      return Optional.empty();
    }
    long steps = file.int64(variables.apply(0));
    if (steps <= 0) {
      return Optional.empty();
    }
    int numbers = optimizer.kerasNumbers(steps).size();
    boolean inFront = numbers > 0 && file.isScalar(variables.apply(behind));
    int first = behind + (inFront ? numbers : 0);
    List<String> slots = optimizer.slots();
    ModelState state = ModelState.startingFrom(parameters, slots.size());
    List<Variable> trained = architecture.trained();
    for (int i = 0; i < trained.size(); i++) {
      Variable variable = trained.get(i);
      for (int slot = 0; slot < slots.size(); slot++) {
        int place = optimizer.kerasPlace(i, slot, trained);
        if (place >= 0) {
          float[] values = file.float32(variables.apply(first + place), variable.dimensions());
          System.arraycopy(values, 0, state.slots().get(slot), variable.offset(), values.length);
        }
      }
    }
    return Optional.of(new ModelState(parameters, state.slots(), steps));
  }
}
