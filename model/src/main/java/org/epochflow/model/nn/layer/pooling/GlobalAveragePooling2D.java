package org.epochflow.model.nn.layer.pooling;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * The mean of each channel: {@code [height x width x channels]} to {@code [channels]}.
 *
 * @param keepDimensions whether the output is {@code [1 x 1 x channels]}
 */
public record GlobalAveragePooling2D(String name, boolean keepDimensions) implements Layer {
  @Override
  public Shape output(Shape input) {
    return WholeImage.output(name, keepDimensions, input);
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new AveragePooling2D.Bound(input, output(input), WholeImage.sizes(input)));
  }

  @Override
  public void write(ObjectNode config) {
    WholeImage.write(config, keepDimensions);
  }

  public static GlobalAveragePooling2D read(JsonObject config) throws ModelFormatException {
    return new GlobalAveragePooling2D(config.text("name"), WholeImage.readKeepDimensions(config));
  }
}
