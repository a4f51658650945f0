package org.epochflow.model.nn.layer.regularization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/** The identity, whose values add to the loss. */
public record ActivityRegularization(String name, Regularizer activityRegularizer)
    implements Layer {
  @Override
  public Shape output(Shape input) {
    return input;
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
    config.put("l1", activityRegularizer.l1()).put("l2", activityRegularizer.l2());
  }

  public static ActivityRegularization read(JsonObject config) throws ModelFormatException {
    double l1 = config.has("l1") ? config.number("l1") : 0;
    double l2 = config.has("l2") ? config.number("l2") : 0;
    return new ActivityRegularization(config.text("name"), new Regularizer(l1, l2));
  }
}
