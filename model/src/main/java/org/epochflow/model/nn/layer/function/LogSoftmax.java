package org.epochflow.model.nn.layer.function;

import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Shape;

/** {@code y_i = x_i - log(sum_j e^x_j)}, {@code dx_i = dy_i - e^y_i sum_j dy_j}. */
public final class LogSoftmax extends VectorFunction {
  public LogSoftmax(Shape shape) {
    super(shape);
  }

  @Override
  protected void values(Kernels kernels, float[] x, float[] y, int from, int to) {
    for (int at = from; at < to; at += size) {
      float largest = largest(x, at, at + size);
      for (int i = at; i < at + size; i++) {
        y[i] = x[i] - largest;
      }
    }
    kernels.exp(y, y, from, to);
    for (int at = from; at < to; at += size) {
      float largest = largest(x, at, at + size);
      float log = (float) StrictMath.log(sum(y, at, at + size));
      for (int i = at; i < at + size; i++) {
        y[i] = x[i] - largest - log;
      }
    }
  }

  @Override
  protected void gradient(Kernels kernels, float[] y, float[] dy, float[] dx, int from, int to) {
    kernels.exp(y, dx, from, to);
    for (int at = from; at < to; at += size) {
      float sum = sum(dy, at, at + size);
      for (int i = at; i < at + size; i++) {
        dx[i] = dy[i] - dx[i] * sum;
      }
    }
  }
}
