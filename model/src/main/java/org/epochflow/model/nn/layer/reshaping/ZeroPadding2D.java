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
 * Images with rows and columns of zeros around them: {@code [height x width x channels]} to {@code
 * [top + height + bottom x left + width + right x channels]}.
 */
public record ZeroPadding2D(String name, Borders padding) implements Layer {
  private static final String PADDING = "padding";

  public ZeroPadding2D {
    padding.require(name, PADDING);
  }

  @Override
  public Shape output(Shape input) {
    Sizes.requireImages(name, input);
    return padding.around(name, input);
  }

  @Override
  public boolean isIdentity() {
    return padding.isEmpty();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return isIdentity() ? List.of() : List.of(new Frame(input, output(input), padding));
  }

  @Override
  public void write(ObjectNode config) {
    padding.write(config, PADDING);
    config.put("data_format", "channels_last");
  }

  public static ZeroPadding2D read(JsonObject config) throws ModelFormatException {
    return new ZeroPadding2D(config.text("name"), Borders.read(config, PADDING, 1));
  }
}
