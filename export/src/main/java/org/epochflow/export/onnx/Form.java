package org.epochflow.export.onnx;

import java.util.Arrays;
import java.util.List;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/** How a kind of layer is written as nodes of ONNX. */
@FunctionalInterface
interface Form<L extends Layer> {
  /** Adds the nodes of one layer to the graph, and returns its output. */
  Value write(Graph graph, L layer, Inputs inputs);

  /**
   * What a layer takes and what it gives.
   *
   * @param values its inputs: one, but for a layer that merges several
   * @param variables in the layer's order
   * @param parameters the network's
   * @param output the shape of what it gives
   */
  record Inputs(List<Value> values, List<Variable> variables, float[] parameters, Shape output) {
    /** The only input. */
    Value x() {
      return values.get(0);
    }

    /** The values of one of the variables. */
    float[] variable(int index) {
      Variable variable = variables.get(index);
      return Arrays.copyOfRange(parameters, variable.offset(), variable.end());
    }
  }
}
