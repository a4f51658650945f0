package org.epochflow.model.nn.layer.merging;

import java.util.List;
import java.util.Locale;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;

/** {@code y = x_1 - x_2}, of exactly two inputs. */
public record Subtract(String name) implements Pointwise {
  public static Subtract read(JsonObject config) throws ModelFormatException {
    return new Subtract(config.text("name"));
  }

  @Override
  public void combine(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] -= x[i];
    }
  }

  @Override
  public void gradient(List<float[]> xs, int input, float[] dy, float[] dx, int from, int to) {
    float sign = input == 0 ? 1 : -1;
    for (int i = from; i < to; i++) {
      dx[i] = sign * dy[i];
    }
  }

  @Override
  public Shape output(List<Shape> inputs) {
    if (inputs.size() != 2) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT, "Layer %s: expected two inputs, found %d", name, inputs.size()));
    }
    return Pointwise.super.output(inputs);
  }

  @Override
  public boolean passesGradient(int input) {
    return input == 0;
  }
}
