package org.epochflow.model.nn.layer.merging;

import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;

/** {@code y = x_1 x_2 ...}, such as a gate of each channel. */
public record Multiply(String name) implements Pointwise {
  public static Multiply read(JsonObject config) throws ModelFormatException {
    return new Multiply(config.text("name"));
  }

  @Override
  public void combine(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] *= x[i];
    }
  }

  @Override
  public void gradient(List<float[]> xs, int input, float[] dy, float[] dx, int from, int to) {
    System.arraycopy(dy, from, dx, from, to - from);
    for (int other = 0; other < xs.size(); other++) {
      float[] x = xs.get(other);
      for (int i = from; other != input && i < to; i++) {
        dx[i] *= x[i];
      }
    }
  }
}
