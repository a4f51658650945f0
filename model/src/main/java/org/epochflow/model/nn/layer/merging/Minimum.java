package org.epochflow.model.nn.layer.merging;

import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;

/**
 * {@code y = min(x_1, x_2, ...)}. The gradient is that of the first input with the smallest value.
 */
public record Minimum(String name) implements Pointwise {
  public static Minimum read(JsonObject config) throws ModelFormatException {
    return new Minimum(config.text("name"));
  }

  @Override
  public void combine(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = Math.min(y[i], x[i]);
    }
  }

  @Override
  public void gradient(List<float[]> xs, int input, float[] dy, float[] dx, int from, int to) {
    System.arraycopy(dy, from, dx, from, to - from);
    float[] its = xs.get(input);
    for (int other = 0; other < xs.size(); other++) {
      float[] x = xs.get(other);
      for (int i = from; i < to; i++) {
        if (x[i] < its[i] || (x[i] == its[i] && other < input)) {
          dx[i] = 0;
        }
      }
    }
  }
}
