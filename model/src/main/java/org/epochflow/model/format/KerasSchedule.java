package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.optim.Settings;
import org.epochflow.model.optim.schedule.Cosine;
import org.epochflow.model.optim.schedule.Exponential;
import org.epochflow.model.optim.schedule.InverseTime;
import org.epochflow.model.optim.schedule.OfSteps;
import org.epochflow.model.optim.schedule.Piecewise;
import org.epochflow.model.optim.schedule.Polynomial;
import org.epochflow.model.optim.schedule.Schedule;

/**
 * A schedule of Keras's, in {@code keras.optimizers.schedules}.
 *
 * @param peak the rate of which the schedule's are shares
 */
record KerasSchedule(double peak, Schedule schedule) {
  private static final String KNOWN =
      "ExponentialDecay, InverseTimeDecay, PolynomialDecay, PiecewiseConstantDecay, CosineDecay or"
          + " CosineDecayRestarts";
  private static final String INITIAL = "initial_learning_rate";
  private static final String STEPS = "decay_steps";
  private static final String RATE = "decay_rate";
  private static final String STAIRCASE = "staircase";

  /**
   * Reads {@code {"class_name": "CosineDecay", "config": {...}}}.
   *
   * @throws ModelFormatException if it is not one of Keras's, or has no rate above 0
   */
  static KerasSchedule read(JsonObject tree) throws ModelFormatException {
    String className = tree.text("class_name");
    JsonObject config = tree.object("config");
    try {
      KerasSchedule read =
          switch (className) {
            case "ExponentialDecay" ->
                of(
                    config.number(INITIAL),
                    new Exponential(
                        config.number(RATE), config.number(STEPS), is(config, STAIRCASE)));
            case "InverseTimeDecay" ->
                of(
                    config.number(INITIAL),
                    new InverseTime(
                        config.number(RATE), config.number(STEPS), is(config, STAIRCASE)));
            case "PolynomialDecay" -> polynomial(config);
            case "PiecewiseConstantDecay" -> piecewise(config);
            case "CosineDecay" -> cosine(config);
            case "CosineDecayRestarts" -> restarts(config);
            default -> throw tree.fault("class_name", KNOWN);
          };
      Settings.requireInRange(read.schedule);
      return new KerasSchedule(read.peak, new OfSteps(read.schedule));
    } catch (IllegalArgumentException e) {
      throw ModelFormatException.at(config.place(), e);
    }
  }

  private static KerasSchedule of(double peak, Schedule schedule) {
    if (!(peak > 0 && Double.isFinite(peak))) {
      throw new IllegalArgumentException("Expected a learning rate above 0, found " + peak);
    }
    return new KerasSchedule(peak, schedule);
  }

  private static boolean is(JsonObject config, String name) {
    return config.node().path(name).asBoolean();
  }

  private static double number(JsonObject config, String name, double missing)
      throws ModelFormatException {
    return config.has(name) ? config.number(name) : missing;
  }

  private static KerasSchedule polynomial(JsonObject config) throws ModelFormatException {
    double peak = config.number(INITIAL);
    double alpha = number(config, "end_learning_rate", 1e-4) / peak;
    double power = number(config, "power", 1);
    return of(peak, new Polynomial(config.number(STEPS), alpha, power, is(config, "cycle")));
  }

  private static KerasSchedule piecewise(JsonObject config) throws ModelFormatException {
    List<Double> values = numbers(config, "values");
    double peak = values.stream().mapToDouble(value -> value).max().orElse(0);
    List<Double> shares = values.stream().map(value -> value / peak).toList();
    return of(peak, new Piecewise(numbers(config, "boundaries"), shares));
  }

  private static List<Double> numbers(JsonObject config, String name) throws ModelFormatException {
    List<Double> numbers = new ArrayList<>();
    for (JsonNode number : config.list(name)) {
      if (!number.isNumber()) {
        throw config.fault(name, "numbers");
      }
      numbers.add(number.doubleValue());
    }
    return numbers;
  }

  private static KerasSchedule cosine(JsonObject config) throws ModelFormatException {
    double first = config.number(INITIAL);
    double peak = number(config, "warmup_target", first);
    double warmup = config.has("warmup_target") ? number(config, "warmup_steps", 0) : 0;
    double alpha = number(config, "alpha", 0);
    double start = warmup > 0 ? first / peak : 0;
    return of(peak, new Cosine(warmup, start, config.number(STEPS), alpha, 0, 2, 1));
  }

  private static KerasSchedule restarts(JsonObject config) throws ModelFormatException {
    return of(
        config.number(INITIAL),
        new Cosine(
            0,
            0,
            config.number("first_decay_steps"),
            number(config, "alpha", 0),
            Cosine.MOST_RESTARTS,
            number(config, "t_mul", 2),
            number(config, "m_mul", 1)));
  }
}
