package org.epochflow.model.nn.layer.merging;

import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;

/** {@code y = x_1 + x_2 + ...}, such as the sum of a residual block. */
public record Add(String name) implements Pointwise {
  public static Add read(JsonObject config) throws ModelFormatException {
    return new Add(config.text("name"));
  }

  @Override
  public void combine(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] += x[i];
    }
  }

  @Override
  public void gradient(List<float[]> xs, int input, float[] dy, float[] dx, int from, int to) {
    System.arraycopy(dy, from, dx, from, to - from);
  }

  @Override
  public boolean passesGradient(int input) {
    return true;
  }
}
