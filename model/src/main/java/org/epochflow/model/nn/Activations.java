package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.parallel.Team;

/** One example's way through a network, as in prediction: what each layer makes of it. */
public final class Activations {
  private Activations() {}

  /**
   * A layer's output.
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
    try (Team alone = new Team(1)) {
      Pass pass = new Pass(kernels, alone, 0, parameters, new Masks());
      alone.run(member -> follow(network, pass, x, outputs));
    }
    return outputs;
  }

  private static void follow(Architecture network, Pass pass, float[] x, List<Output> outputs) {
    List<Shape> shapes = network.shapes();
    List<List<Shape>> inputs = network.inputShapes();
    List<List<Variable>> variables = network.variables();
    List<FMatrixRMaj> values = new ArrayList<>(List.of(new FMatrixRMaj(1, x.length, true, x)));
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      List<FMatrixRMaj> xs = network.inputs().get(i).stream().map(values::get).toList();
      FMatrixRMaj y = xs.get(0);
      if (layer instanceof Merge merge) {
        Junction junction = merge.join(inputs.get(i));
        junction.reshape(1);
        junction.forward(xs, 0, 1);
        y = junction.output();
      } else {
        for (Operation operation : layer.bind(i, inputs.get(i).get(0), variables.get(i))) {
          operation.reshape(1, false);
          y = operation.forward(pass, y);
        }
      }
      values.add(y);
      int size = shapes.get(i + 1).size();
      outputs.add(new Output(layer, shapes.get(i + 1), Arrays.copyOf(y.data, size)));
    }
  }
}
