package org.epochflow.model.nn.layer.regularization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.random.Gaussian;

/**
 * While training, {@code y = x + stddev z} with a standard normal z for each value. The identity
 * otherwise.
 */
public record GaussianNoise(String name, double stddev) implements Layer {
  public GaussianNoise {
    if (!(stddev >= 0 && stddev <= 1)) {
      throw new ArchitectureException(
          "Layer %s: expected a stddev from 0 to 1, found %s".formatted(name, stddev));
    }
  }

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
    return stddev > 0 ? List.of(new Bound(index, input, (float) stddev)) : List.of();
  }

  @Override
  public void write(ObjectNode config) {
    config.put("stddev", stddev).putNull("seed");
  }

  public static GaussianNoise read(JsonObject config) throws ModelFormatException {
    return new GaussianNoise(config.text("name"), config.number("stddev"));
  }

  private static final class Bound extends Operation {
    private final int index;
    private final float stddev;

    Bound(int index, Shape shape, float stddev) {
      super(shape, shape);
      this.index = index;
      this.stddev = stddev;
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      if (!pass.isTraining()) {
        return x;
      }
      pass.readsExamples();
      int to = pass.share().to(x.numRows);
      for (int row = pass.share().from(x.numRows); row < to; row++) {
        int from = row * x.numCols;
        Gaussian.fill(pass.masks().stream(index, row), y.data, from, from + x.numCols);
        for (int i = from; i < from + x.numCols; i++) {
          y.data[i] = x.data[i] + stddev * y.data[i];
        }
      }
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      return dy;
    }
  }
}
