package org.epochflow.model.nn.layer.core;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;

/**
 * A function of each value by itself. Its loops should have no branch, so that the compiler makes
 * vectors of them.
 */
public abstract class Elementwise extends Operation {
  protected Elementwise(Shape shape) {
    super(shape, shape);
  }

  /** Writes {@code y = f(x)}, in the range alone. */
  protected abstract void values(float[] x, float[] y, int from, int to);

  /** Multiplies {@code dy}, in the range alone, by the derivative at {@code x}. */
  protected abstract void gradient(float[] x, float[] dy, int from, int to);

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    pass.readsExamples();
    int from = pass.share().from(x.numRows) * x.numCols;
    values(x.data, y.data, from, pass.share().to(x.numRows) * x.numCols);
    pass.wroteExamples();
    return y;
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    pass.readsExamples();
    int from = pass.share().from(x.numRows) * x.numCols;
    gradient(x.data, dy.data, from, pass.share().to(x.numRows) * x.numCols);
    pass.wroteExamples();
    return dy;
  }
}
