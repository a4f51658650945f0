package org.epochflow.model.nn.layer.augmentation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.function.DoubleFunction;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.random.CounterRandom;

/**
 * The numbers from {@code lower} to {@code upper}: a setting that Keras takes as two numbers, or as
 * one that stands for two.
 */
public record Interval(double lower, double upper) implements Serializable {
  /** From {@code -|factor|} to {@code |factor|}. */
  public static Interval around0(double factor) {
    return new Interval(-Math.abs(factor), Math.abs(factor));
  }

  /** From 0 to {@code |factor|}. */
  public static Interval from0(double factor) {
    return new Interval(0, Math.abs(factor));
  }

  /**
   * A number of the interval moved up by {@code offset}, each as likely.
   *
   * @param place of the number in its stream
   */
  float draw(double offset, long stream, long place) {
    double share = CounterRandom.uniform(stream, place);
    return (float) (offset + lower + share * (upper - lower));
  }

  /** The value, or the end that is nearer to it. */
  float clip(float value) {
    return Math.min(Math.max(value, (float) lower), (float) upper);
  }

  /** 1 for a value in the interval, else 0: the derivative of {@link #clip}. */
  float slope(float value) {
    return value >= (float) lower && value <= (float) upper ? 1 : 0;
  }

  /** Refuses an interval that goes beyond these bounds, or does not go up. */
  void require(String layer, String setting, double least, double most) {
    if (!(lower >= least && lower <= upper && upper <= most)) {
      throw new ArchitectureException(
          "Layer %s: expected %s from %s to %s, found (%s, %s)"
              .formatted(layer, setting, least, most, lower, upper));
    }
  }

  /** Refuses ends that are not finite, or do not go up. */
  void requireFinite(String layer, String setting) {
    require(layer, setting, -Float.MAX_VALUE, Float.MAX_VALUE);
  }

  void write(ObjectNode config, String name) {
    config.putArray(name).add(lower).add(upper);
  }

  /**
   * Reads two numbers, in either order, or one.
   *
   * @param ofOne what one number stands for
   */
  static Interval read(JsonObject config, String name, DoubleFunction<Interval> ofOne)
      throws ModelFormatException {
    JsonNode value = config.node().path(name);
    if (value.isNumber()) {
      return ofOne.apply(value.doubleValue());
    } else if (value.size() == 2 && value.path(0).isNumber() && value.path(1).isNumber()) {
      double one = value.get(0).doubleValue();
      double other = value.get(1).doubleValue();
      return new Interval(Math.min(one, other), Math.max(one, other));
    }
    throw config.fault(name, "a number or two numbers");
  }

  /** The same, with a value for a field that is missing or null. */
  static Interval readOr(
      JsonObject config, String name, DoubleFunction<Interval> ofOne, Interval fallback)
      throws ModelFormatException {
    return config.has(name) ? read(config, name, ofOne) : fallback;
  }
}
