package org.epochflow.model.nn.layer.merging;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Junction;
import org.epochflow.model.nn.Merge;
import org.epochflow.model.nn.Shape;

/**
 * A function of the values at the same place of every input. Where an input has 1 in a dimension,
 * its values there are repeated, as Keras repeats them.
 */
interface Pointwise extends Merge {
  /** Writes {@code y = f(y, x)}, in the range alone, where {@code x} is the next input. */
  void combine(float[] x, float[] y, int from, int to);

  /** Completes {@code y}, in the range alone, after all inputs have been combined. */
  default void complete(float[] y, int inputs, int from, int to) {}

  /**
   * Writes the gradient of one input, in the range alone.
   *
   * @param xs all inputs, each repeated to the size of {@code y}
   */
  void gradient(List<float[]> xs, int input, float[] dy, float[] dx, int from, int to);

  /** Whether the gradient of an input is that of the output. */
  default boolean passesGradient(int input) {
    return false;
  }

  @Override
  default Shape output(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected two or more inputs, found %d",
              name(),
              inputs.size()));
    }
    List<Integer> dimensions = new ArrayList<>(inputs.get(0).dimensions());
    for (Shape input : inputs) {
      boolean fits = input.dimensions().size() == dimensions.size();
      for (int d = 0; fits && d < dimensions.size(); d++) {
        int its = input.dimensions().get(d);
        fits = its == 1 || dimensions.get(d) == 1 || dimensions.get(d) == its;
        dimensions.set(d, Math.max(dimensions.get(d), its));
      }
      if (!fits) {
        throw new ArchitectureException(
            "Layer %s: expected inputs of one shape, found %s and %s"
                .formatted(name(), inputs.get(0), input));
      }
    }
    return new Shape(dimensions);
  }

  @Override
  default Junction join(List<Shape> inputs) {
    return new PointwiseJunction(this, inputs, output(inputs));
  }

  @Override
  default void write(ObjectNode config) {}
}
