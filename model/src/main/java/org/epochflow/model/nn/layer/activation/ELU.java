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
import org.epochflow.model.nn.layer.function.Elementwise;
import org.epochflow.model.nn.layer.function.Exponentials;

/** {@code y = x} where {@code x > 0}, else {@code y = alpha (e^x - 1)}. */
public record ELU(String name, double alpha) implements Layer {
  public ELU {
    if (!Double.isFinite(alpha)) {
      throw new ArchitectureException(
          "Layer %s: expected a finite alpha, found %s".formatted(name, alpha));
    }
  }

  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Elementwise(input, new Exponentials.ExponentialLinear(1, (float) alpha)));
  }

  @Override
  public void write(ObjectNode config) {
    config.put("alpha", alpha);
  }

  public static ELU read(JsonObject config) throws ModelFormatException {
    return new ELU(config.text("name"), config.has("alpha") ? config.number("alpha") : 1);
  }
}
