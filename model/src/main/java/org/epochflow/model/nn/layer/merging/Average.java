package org.epochflow.model.nn.layer.merging;

import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;

/** {@code y = (x_1 + x_2 + ... + x_n) / n}. */
public record Average(String name) implements Pointwise {
  public static Average read(JsonObject config) throws ModelFormatException {
    return new Average(config.text("name"));
  }

  @Override
  public void combine(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] += x[i];
    }
  }

  @Override
  public void complete(float[] y, int inputs, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] /= inputs;
    }
  }

  @Override
  public void gradient(List<float[]> xs, int input, float[] dy, float[] dx, int from, int to) {
    for (int i = from; i < to; i++) {
      dx[i] = dy[i] / xs.size();
    }
  }
}
