package org.epochflow.model.nn.layer.reshaping;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * The same values as a vector, in row-major order: height, width, channels. The input may have any
 * rank.
 */
public record Flatten(String name) implements Layer {
  @Override
  public Shape output(Shape input) {
    return Shape.of(input.size());
  }

  @Override
  public boolean isIdentity() {
    return true;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of();
  }

  @Override
  public void write(ObjectNode config) {
    config.put("data_format", "channels_last");
  }

  @Override
  public boolean keepsInputShape(Shape input) {
    return true;
  }

  public static Flatten read(JsonObject config) throws ModelFormatException {
    KerasJson.requireChannelsLast(config);
    return new Flatten(config.text("name"));
  }
}
