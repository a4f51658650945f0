package org.epochflow.model.nn.layer.function;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;

/** A {@link Curve} of all values. */
public final class Elementwise extends Operation {
  /** The values that go through all loops of a curve before the next: they stay in the cache. */
  private static final int AT_ONCE = 2048;

  private final Curve curve;

  public Elementwise(Shape shape, Curve curve) {
    super(shape, shape);
    this.curve = curve;
  }

  @Override
  public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
    pass.readsExamples();
    int last = pass.share().to(x.numRows) * x.numCols;
    for (int from = pass.share().from(x.numRows) * x.numCols, to; from < last; from = to) {
      to = from + Math.min(last - from, AT_ONCE);
      curve.values(pass.kernels(), x.data, y.data, from, to);
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
    int last = pass.share().to(x.numRows) * x.numCols;
    for (int from = pass.share().from(x.numRows) * x.numCols, to; from < last; from = to) {
      to = from + Math.min(last - from, AT_ONCE);
      curve.slopes(pass.kernels(), x.data, y.data, dx.data, from, to);
      multiply(dy.data, dx.data, from, to);
    }
    pass.wroteExamples();
    return dx;
  }

  private static void multiply(float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i++) {
      dx[i] *= dy[i];
    }
  }
}
