package org.epochflow.model.nn.layer.normalization;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = (x - mean) / d}, {@code d = max(sqrt(variance), 1e-7)}, or back again: {@code y = mean
 * + d x}. Mean and variance are given, or variables that Keras adapts to data: {@code mean} and
 * {@code variance}, each {@code [channels]}, and {@code count}, a number that nobody reads. They do
 * not train.
 *
 * @param axis -1 or the last axis's number, for a mean and variance for each channel; null for one
 *     of each
 * @param invert whether it goes back
 * @param given null if they are variables
 */
public record Normalization(
    String name, @Nullable Integer axis, boolean invert, @Nullable Given given) implements Layer {
  private static final String MEAN = "mean";
  private static final String VARIANCE = "variance";
  private static final String INVERT = "invert";
  private static final double LEAST = 1e-7;

  /** What the settings say, so that there are no variables. */
  public record Given(ChannelValues mean, ChannelValues variance) implements Serializable {}

  @Override
  public Shape output(Shape input) {
    if (axis != null) {
      Axis.requireLast(name, axis, input);
    }
    if (given != null) {
      int most = axis == null ? 1 : input.last();
      given.mean.requireOneOr(most, name, MEAN);
      given.variance.requireOneOr(most, name, VARIANCE);
    }
    return input;
  }

  @Override
  public List<Variable> variables(Shape input) {
    if (given != null) {
      return List.of();
    }
    List<Integer> dimensions = axis == null ? List.of() : List.of(input.last());
    return List.of(
        new Variable(MEAN, dimensions, Initializer.ZEROS, false, 0),
        new Variable(VARIANCE, dimensions, Initializer.ONES, false, 0),
        new Variable("count", List.of(), Initializer.ZEROS, false, 0));
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(input, variables));
  }

  @Override
  public void write(ObjectNode config) {
    ArrayNode axes = config.putArray(Axis.SETTING);
    Optional.ofNullable(axis).ifPresent(axes::add);
    config.put(INVERT, invert);
    if (given == null) {
      config.putNull(MEAN).putNull(VARIANCE);
    } else {
      given.mean.write(config, MEAN);
      given.variance.write(config, VARIANCE);
    }
  }

  public static Normalization read(JsonObject config) throws ModelFormatException {
    config.expect(INVERT, "true", "false", "null");
    boolean invert = config.node().path(INVERT).asBoolean();
    JsonNode axes = config.node().path(Axis.SETTING);
    boolean whole = axes.isNull() || (axes.isArray() && axes.isEmpty());
    Given given =
        config.has(MEAN)
            ? new Given(ChannelValues.read(config, MEAN), ChannelValues.read(config, VARIANCE))
            : null;
    return new Normalization(config.text("name"), whole ? null : Axis.read(config), invert, given);
  }

  private final class Bound extends ByChannel {
    private final List<Variable> variables;

    Bound(Shape shape, List<Variable> variables) {
      super(shape, shape.last());
      this.variables = variables;
    }

    @Override
    protected void prepare(float[] w, int from, int to) {
      for (int c = from; c < to; c++) {
        double mean = given == null ? value(w, 0, c) : given.mean.at(c);
        double variance = given == null ? value(w, 1, c) : given.variance.at(c);
        double deviation = Math.max(Math.sqrt(variance), LEAST);
        by.center()[c] = invert ? 0 : (float) mean;
        by.scale()[c] = (float) (invert ? deviation : 1 / deviation);
        by.shift()[c] = invert ? (float) mean : 0;
      }
    }

    private double value(float[] w, int variable, int channel) {
      Variable of = variables.get(variable);
      return w[of.offset() + (of.size() == 1 ? 0 : channel)];
    }
  }
}
