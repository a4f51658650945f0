package org.epochflow.model.nn.layer.function;

import java.util.Arrays;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Shape;

/**
 * {@code y_i = max(x_i - t, 0)}, with the t for which the sum is 1: the nearest distribution to x
 * (Martins and Astudillo, 2016). With S the values above 0, {@code dx_i = dy_i - mean of dy over S}
 * in S, else 0.
 */
public final class Sparsemax extends VectorFunction {
  public Sparsemax(Shape shape) {
    super(shape);
  }

  @Override
  protected void values(Kernels kernels, float[] x, float[] y, int from, int to) {
    float[] sorted = new float[size];
    for (int at = from; at < to; at += size) {
      System.arraycopy(x, at, sorted, 0, size);
      Arrays.sort(sorted);
      float threshold = threshold(sorted);
      for (int i = at; i < at + size; i++) {
        y[i] = Math.max(x[i] - threshold, 0);
      }
    }
  }

  /** {@code (s_k - 1) / k}, s_k the sum of the k largest, for the largest k that it is below. */
  private static float threshold(float[] sorted) {
    float sum = 0;
    float threshold = Float.NaN;
    for (int k = 1; k <= sorted.length; k++) {
      float next = sorted[sorted.length - k];
      sum += next;
      if (next > (sum - 1) / k) {
        threshold = (sum - 1) / k;
      }
    }
    return threshold;
  }

  @Override
  protected void gradient(Kernels kernels, float[] y, float[] dy, float[] dx, int from, int to) {
    for (int at = from; at < to; at += size) {
      float sum = 0;
      int count = 0;
      for (int i = at; i < at + size; i++) {
        sum += y[i] > 0 ? dy[i] : 0;
        count += y[i] > 0 ? 1 : 0;
      }
      for (int i = at; i < at + size; i++) {
        dx[i] = y[i] > 0 ? dy[i] - sum / count : 0;
      }
    }
  }
}
