package org.epochflow.model.nn.layer.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Ending;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/** A function alone, as a layer. Keras's Softmax is read as it, and a ReLU without settings. */
public record Activation(String name, Function function) implements Layer {
  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public Ending ending() {
    return function.ending();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return function.bind(input);
  }

  @Override
  public void write(ObjectNode config) {
    config.put("activation", function.kerasName());
  }

  public static Activation read(JsonObject config) throws ModelFormatException {
    return new Activation(config.text("name"), Function.read(config));
  }

  public static Activation readSoftmax(JsonObject config) throws ModelFormatException {
    config.expect("axis", "-1");
    return new Activation(config.text("name"), Function.SOFTMAX);
  }
}
