package org.epochflow.model.nn.layer.function;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;

/** A function of the vectors along the last axis, of which an image has one at each position. */
abstract class VectorFunction extends Operation {
  /** The values of a vector. */
  protected final int size;

  protected VectorFunction(Shape shape) {
    super(shape, shape);
    size = shape.last();
  }

  /** Writes {@code y = f(x)}, for the vectors from {@code from} to {@code to} alone. */
  protected abstract void values(Kernels kernels, float[] x, float[] y, int from, int to);

  /** Writes the gradient at {@code x} for that at {@code y}, for these vectors alone. */
  protected abstract void gradient(
      Kernels kernels, float[] y, float[] dy, float[] dx, int from, int to);

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    pass.readsExamples();
    int from = pass.share().from(x.numRows) * x.numCols;
    values(pass.kernels(), x.data, y.data, from, pass.share().to(x.numRows) * x.numCols);
    pass.wroteExamples();
    return y;
  }

  @Override
  public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
    if (!inputGradient) {
      return dy;
    }
    pass.readsExamples();
    int from = pass.share().from(x.numRows) * x.numCols;
    int to = pass.share().to(x.numRows) * x.numCols;
    gradient(pass.kernels(), y.data, dy.data, dx.data, from, to);
    pass.wroteExamples();
    return dx;
  }

  static float largest(float[] x, int from, int to) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, x[i]);
    }
    return largest;
  }

  static float sum(float[] x, int from, int to) {
    float sum = 0;
    for (int i = from; i < to; i++) {
      sum += x[i];
    }
    return sum;
  }
}
