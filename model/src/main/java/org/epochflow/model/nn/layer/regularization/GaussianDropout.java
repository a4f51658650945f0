package org.epochflow.model.nn.layer.regularization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;
import org.epochflow.model.random.Gaussian;

/**
 * While training, {@code y = x (1 + s z)}, {@code s = sqrt(rate / (1 - rate))}, with a standard
 * normal z for each value: its mean and variance are those of a {@link Dropout} of the same rate.
 * The identity otherwise.
 */
public record GaussianDropout(String name, double rate) implements Layer {
  public GaussianDropout {
    Sizes.requireRate(name, rate);
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
    return rate > 0
        ? List.of(new Bound(index, input, (float) Math.sqrt(rate / (1 - rate))))
        : List.of();
  }

  @Override
  public void write(ObjectNode config) {
    config.put("rate", rate).putNull("seed");
  }

  public static GaussianDropout read(JsonObject config) throws ModelFormatException {
    return new GaussianDropout(config.text("name"), config.number("rate"));
  }

  private static final class Bound extends Operation {
    private final int index;
    private final float deviation;
    private float[] factors = {};

    Bound(int index, Shape shape, float deviation) {
      super(shape, shape);
      this.index = index;
      this.deviation = deviation;
    }

    @Override
    public void reshape(int examples, boolean inputGradient) {
      super.reshape(examples, inputGradient);
      if (factors.length < y.getNumElements()) {
        factors = new float[y.getNumElements()];
      }
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
        Gaussian.fill(pass.masks().stream(index, row), factors, from, from + x.numCols);
        for (int i = from; i < from + x.numCols; i++) {
          factors[i] = 1 + deviation * factors[i];
          y.data[i] = x.data[i] * factors[i];
        }
      }
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      pass.readsExamples();
      int to = pass.share().to(x.numRows) * x.numCols;
      for (int i = pass.share().from(x.numRows) * x.numCols; i < to; i++) {
        dy.data[i] *= factors[i];
      }
      pass.wroteExamples();
      return dy;
    }
  }
}
