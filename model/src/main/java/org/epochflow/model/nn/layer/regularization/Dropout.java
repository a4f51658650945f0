package org.epochflow.model.nn.layer.regularization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Masks;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Sizes;

/**
 * Inverted dropout: while training each value is kept with probability {@code 1 - rate} and scaled
 * by {@code 1 / (1 - rate)}, else zero. The identity otherwise.
 */
public record Dropout(String name, double rate) implements Layer {
  public Dropout {
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
    return rate > 0 ? List.of(new Bound(input, index, rate)) : List.of();
  }

  @Override
  public void write(ObjectNode config) {
    config.put("rate", rate).putNull("seed").putNull("noise_shape");
  }

  public static Dropout read(JsonObject config) throws ModelFormatException {
    config.expect("noise_shape", "null");
    return new Dropout(config.text("name"), config.number("rate"));
  }

  /** Leaves its input as it is: the operation before may need its output for its gradient. */
  private static final class Bound extends Operation {
    private final int index;
    private final double rate;
    private short[] kept = {};

    Bound(Shape shape, int index, double rate) {
      super(shape, shape);
      this.index = index;
      this.rate = rate;
    }

    @Override
    public void reshape(int examples, boolean inputGradient) {
      super.reshape(examples, inputGradient);
      if (kept.length < y.getNumElements()) {
        kept = new short[y.getNumElements()];
      }
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      if (!pass.isTraining()) {
        return x;
      }
      pass.readsExamples();
      pass.masks().draw(pass.kernels(), pass.share(), index, rate, x.numRows, x.numCols, kept);
      pass.kernels().dropout(kept, Masks.scale(rate), x, y);
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      pass.readsExamples();
      pass.kernels().dropout(kept, Masks.scale(rate), dy, dy);
      pass.wroteExamples();
      return dy;
    }
  }
}
