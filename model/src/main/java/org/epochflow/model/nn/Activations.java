package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.parallel.Team;
import org.jspecify.annotations.Nullable;

/** One example's way through a network, dropout off: what each layer makes of it. */
public final class Activations {
  private Activations() {}

  /**
   * What a layer gave.
   *
   * @param values in the row-major order of {@code shape}
   */
  public record Output(Layer layer, Shape shape, float[] values) {}

  /**
   * The outputs of all layers, in their order; the last one's are the classes' probabilities.
   *
   * @param x the example, normalised
   */
  public static List<Output> of(
      Architecture network, Kernels kernels, float[] parameters, float[] x) {
    List<Output> outputs = new ArrayList<>();
    Masks masks = new Masks();
    masks.off();
    try (Team alone = new Team(1)) {
      Step.Pass pass = new Step.Pass(kernels, alone, 0, parameters, masks);
      alone.run(member -> follow(network, pass, x, outputs));
    }
    return outputs;
  }

  private static void follow(
      Architecture network, Step.Pass pass, float[] x, List<Output> outputs) {
    List<Shape> shapes = network.shapes();
    FMatrixRMaj y = new FMatrixRMaj(1, x.length, true, x);
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      List<Variable> variables = network.variables().get(i);
      int at = variables.isEmpty() ? 0 : variables.get(0).offset();
      @Nullable Step step = step(layer, shapes.get(i), shapes.get(i + 1), at);
      if (step != null) {
        step.reshape(1, false);
        y = step.forward(pass, y).copy();
      }
      if (i == network.layers().size() - 1) {
        pass.kernels.softmax(y);
      }
      int size = shapes.get(i + 1).size();
      outputs.add(new Output(layer, shapes.get(i + 1), Arrays.copyOf(y.data, size)));
    }
  }

  /** The layer by itself; none where it passes on what it gets, softmax aside. */
  private static @Nullable Step step(Layer layer, Shape in, Shape out, int at) {
    if (layer instanceof Layer.Dense dense) {
      return new Step.Dense(in, out, at, dense.activation() == Layer.Function.RELU);
    } else if (layer instanceof Layer.Conv2D conv) {
      return new Step.Convolve(in, out, conv, at, conv.activation() == Layer.Function.RELU);
    } else if (layer instanceof Layer.MaxPooling2D pool) {
      return new Step.MaxPool(in, out, pool);
    } else if (layer instanceof Layer.Activation activation
        && activation.function() == Layer.Function.RELU) {
      return new Step.Relu(in, out);
    }
    return null;
  }
}
