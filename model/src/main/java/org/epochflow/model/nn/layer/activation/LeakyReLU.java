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
import org.epochflow.model.nn.layer.core.Elementwise;

/** {@code y = x} where {@code x > 0}, else {@code y = slope x}; a slope of 0 is a relu. */
public record LeakyReLU(String name, double negativeSlope) implements Layer {
  private static final double DEFAULT_SLOPE = 0.3;

  public LeakyReLU {
    if (!(negativeSlope >= 0 && Double.isFinite(negativeSlope))) {
      throw new ArchitectureException(
          "Layer %s: expected a negative_slope of 0 or more, found %s"
              .formatted(name, negativeSlope));
    }
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(input, (float) negativeSlope));
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

  private static final class Bound extends Elementwise {
    /** Twice a factor: it takes every float above 0, also a subnormal one, to 1 or more. */
    private static final float LARGE = 0x1p127f;

    private final float slope;

    Bound(Shape shape, float slope) {
      super(shape);
      this.slope = slope;
    }

    @Override
    protected void values(float[] x, float[] y, int from, int to) {
      for (int i = from; i < to; i++) {
        y[i] = Math.max(x[i], 0) + slope * Math.min(x[i], 0);
      }
    }

    @Override
    protected void gradient(float[] x, float[] dy, int from, int to) {
      for (int i = from; i < to; i++) {
        float above = Math.min(Math.max(x[i], 0) * LARGE * LARGE, 1);
        dy[i] *= above + slope * (1 - above);
      }
    }
  }
}
