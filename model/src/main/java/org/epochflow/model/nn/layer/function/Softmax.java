package org.epochflow.model.nn.layer.function;

import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Shape;

/** {@code y_i = e^x_i / sum_j e^x_j}, {@code dx_i = y_i (dy_i - sum_j dy_j y_j)}. */
public final class Softmax extends VectorFunction {
  public Softmax(Shape shape) {
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
      float sum = sum(y, at, at + size);
      for (int i = at; i < at + size; i++) {
        y[i] /= sum;
      }
    }
  }

  @Override
  protected void gradient(Kernels kernels, float[] y, float[] dy, float[] dx, int from, int to) {
    for (int at = from; at < to; at += size) {
      float sum = 0;
      for (int i = at; i < at + size; i++) {
        sum += dy[i] * y[i];
      }
      for (int i = at; i < at + size; i++) {
        dx[i] = y[i] * (dy[i] - sum);
      }
    }
  }
}
