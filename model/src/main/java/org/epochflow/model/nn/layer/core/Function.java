package org.epochflow.model.nn.layer.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;

/** What a layer applies to its sums, by Keras's names: the one place to add such a function to. */
public enum Function {
  /** {@code y = x}. */
  LINEAR,

  /** {@code y = max(x, 0)}. */
  RELU {
    @Override
    public List<Operation> bind(Shape shape) {
      return List.of(new Relu(shape));
    }
  },

  /** {@code y_i = e^x_i / sum_j e^x_j}, which the network computes together with the loss. */
  SOFTMAX;

  /** The function as an operation of its own; none if there is nothing to do. */
  public List<Operation> bind(Shape shape) {
    return List.of();
  }

  /** Keras's name for it. */
  public String kerasName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The setting {@code activation}, which may be missing. */
  public static Function read(JsonObject config) throws ModelFormatException {
    if (!config.has("activation")) {
      return LINEAR;
    }
    String name = config.text("activation");
    List<String> names = new ArrayList<>();
    for (Function function : values()) {
      if (function.kerasName().equals(name)) {
        return function;
      }
      names.add(function.kerasName());
    }
    throw config.fault("activation", String.join(" or ", names));
  }

  /** A relu that no layer before it has taken over. */
  private static final class Relu extends Operation {
    Relu(Shape shape) {
      super(shape, shape);
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      int to = pass.share().to(x.numRows) * x.numCols;
      for (int i = pass.share().from(x.numRows) * x.numCols; i < to; i++) {
        y.data[i] = Math.max(0, x.data[i]);
      }
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      pass.readsExamples();
      pass.kernels().reluGradient(y, dy);
      pass.wroteExamples();
      return dy;
    }
  }
}
