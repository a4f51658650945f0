package org.epochflow.model.nn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.ejml.data.FMatrixRMaj;

/**
 * {@code y = gamma x + moving + beta}, each of {@code [channels]}. Of its variables the one between
 * the other two does not train, and the network steps the others.
 */
public record Affine(String name) implements Layer {
  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public List<Variable> variables(Shape input) {
    List<Integer> channels = List.of(channels(input));
    return List.of(
        new Variable("gamma", channels, Initializer.ZEROS),
        new Variable("moving", channels, Initializer.ZEROS, false, 0),
        new Variable("beta", channels, Initializer.ZEROS));
  }

  private static int channels(Shape input) {
    return input.dimensions().get(input.dimensions().size() - 1);
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(input, variables));
  }

  @Override
  public void write(ObjectNode config) {}

  private static final class Bound extends Operation {
    private final int channels;
    private final int gamma;
    private final int moving;
    private final int beta;

    Bound(Shape shape, List<Variable> variables) {
      super(shape, shape);
      channels = channels(shape);
      gamma = variables.get(0).offset();
      moving = variables.get(1).offset();
      beta = variables.get(2).offset();
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      float[] w = pass.w();
      int to = pass.share().to(x.numRows) * x.numCols;
      for (int i = pass.share().from(x.numRows) * x.numCols; i < to; i++) {
        int c = i % channels;
        y.data[i] = w[gamma + c] * x.data[i] + w[moving + c] + w[beta + c];
      }
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (!inputGradient) {
        return dy;
      }
      pass.readsExamples();
      int to = pass.share().to(x.numRows) * x.numCols;
      for (int i = pass.share().from(x.numRows) * x.numCols; i < to; i++) {
        dx.data[i] = pass.w()[gamma + i % channels] * dy.data[i];
      }
      pass.wroteExamples();
      return dx;
    }

    @Override
    public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      float[] gradient = pass.gradient();
      for (int c = pass.share().from(channels); c < pass.share().to(channels); c++) {
        gradient[gamma + c] = 0;
        gradient[beta + c] = 0;
        for (int i = c; i < x.numRows * x.numCols; i += channels) {
          gradient[gamma + c] += x.data[i] * dy.data[i];
          gradient[beta + c] += dy.data[i];
        }
      }
    }
  }
}
