package org.epochflow.model.nn.layer.activation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Sizes;
import org.epochflow.model.nn.layer.function.Elementwise;
import org.epochflow.model.nn.layer.function.Pieces;

/**
 * {@code y = min(x, maxValue)} where {@code x > threshold}, else {@code y = negativeSlope (x -
 * threshold)}.
 *
 * @param maxValue infinite for none
 */
public record ReLU(String name, double maxValue, double negativeSlope, double threshold)
    implements Layer {
  private static final String MAX_VALUE = "max_value";
  private static final String NEGATIVE_SLOPE = "negative_slope";
  private static final String THRESHOLD = "threshold";

  public ReLU {
    if (!(maxValue >= 0)) {
      throw new ArchitectureException(
          "Layer %s: expected max_value of 0 or more, found %s".formatted(name, maxValue));
    }
    Sizes.requireZeroOrMore(name, NEGATIVE_SLOPE, negativeSlope);
    Sizes.requireZeroOrMore(name, THRESHOLD, threshold);
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(
        new Elementwise(
            input,
            new Pieces.Rectified((float) negativeSlope, (float) threshold, (float) maxValue)));
  }

  @Override
  public void write(ObjectNode config) {
    if (Double.isInfinite(maxValue)) {
      config.putNull(MAX_VALUE);
    } else {
      config.put(MAX_VALUE, maxValue);
    }
    config.put(NEGATIVE_SLOPE, negativeSlope).put(THRESHOLD, threshold);
  }

  /** One without settings is an {@link Activation}, which other layers can take over. */
  public static Layer read(JsonObject config) throws ModelFormatException {
    String name = config.text("name");
    double most = config.has(MAX_VALUE) ? config.number(MAX_VALUE) : Double.POSITIVE_INFINITY;
    double slope = config.has(NEGATIVE_SLOPE) ? config.number(NEGATIVE_SLOPE) : 0;
    double threshold = config.has(THRESHOLD) ? config.number(THRESHOLD) : 0;
    return slope == 0 && threshold == 0 && Double.isInfinite(most)
        ? new Activation(name, Function.RELU)
        : new ReLU(name, most, slope, threshold);
  }
}
