package org.epochflow.model.nn.layer.reshaping;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * Images without some of their outer rows and columns: {@code [height x width x channels]} to
 * {@code [height - top - bottom x width - left - right x channels]}, which leaves one of each or
 * more.
 */
public record Cropping2D(String name, Borders cropping) implements Layer {
  private static final String CROPPING = "cropping";

  public Cropping2D {
    cropping.require(name, CROPPING);
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    return cropping.within(name, input);
  }

  @Override
  public boolean isIdentity() {
    return cropping.isEmpty();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return isIdentity() ? List.of() : List.of(new Frame(input, output(input), cropping));
  }

  @Override
  public void write(ObjectNode config) {
    cropping.write(config, CROPPING);
    config.put("data_format", "channels_last");
  }

  public static Cropping2D read(JsonObject config) throws ModelFormatException {
    return new Cropping2D(config.text("name"), Borders.read(config, CROPPING, 0));
  }
}
