package org.epochflow.model.nn.layer.activation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;
import org.epochflow.model.nn.layer.function.Elementwise;
import org.epochflow.model.nn.layer.function.Pieces;

/** {@code y = x} where {@code x > 0}, else {@code y = slope x}; a slope of 0 is a relu. */
public record LeakyReLU(String name, double negativeSlope) implements Layer {
  private static final double DEFAULT_SLOPE = 0.3;

  public LeakyReLU {
    Sizes.requireZeroOrMore(name, "negative_slope", negativeSlope);
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Elementwise(input, new Pieces.Leaky((float) negativeSlope)));
  }

  @Override
  public void write(ObjectNode config) {
    config.put("negative_slope", negativeSlope);
  }

  /** Keras 2 calls the slope {@code alpha}. */
  public static LeakyReLU read(JsonObject config) throws ModelFormatException {
    String field = config.has("alpha") ? "alpha" : "negative_slope";
    double slope = config.has(field) ? config.number(field) : DEFAULT_SLOPE;
    return new LeakyReLU(config.text("name"), slope);
  }
}
