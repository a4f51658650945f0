package org.epochflow.model.nn.layer.normalization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * {@code y = scale x + offset}, each one number or one for each channel, the last axis.
 *
 * <p>Example: {@code new Rescaling("rescaling", ChannelValues.of(1 / 127.5), ChannelValues.of(-1))}
 * takes 0 to 255 to -1 to 1.
 */
public record Rescaling(String name, ChannelValues scale, ChannelValues offset) implements Layer {
  private static final String SCALE = "scale";
  private static final String OFFSET = "offset";

  @Override
  public Shape output(Shape input) {
    scale.requireOneOr(input.last(), name, SCALE);
    offset.requireOneOr(input.last(), name, OFFSET);
    return input;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(input));
  }

  @Override
  public void write(ObjectNode config) {
    scale.write(config, SCALE);
    offset.write(config, OFFSET);
  }

  public static Rescaling read(JsonObject config) throws ModelFormatException {
    ChannelValues offset =
        config.has(OFFSET) ? ChannelValues.read(config, OFFSET) : ChannelValues.of(0);
    return new Rescaling(config.text("name"), ChannelValues.read(config, SCALE), offset);
  }

  private final class Bound extends ByChannel {
    Bound(Shape shape) {
      super(shape, shape.last());
    }

    @Override
    protected void prepare(float[] w, int from, int to) {
      for (int c = from; c < to; c++) {
        by.scale()[c] = (float) scale.at(c);
        by.shift()[c] = (float) offset.at(c);
      }
    }
  }
}
