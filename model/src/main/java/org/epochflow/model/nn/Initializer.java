package org.epochflow.model.nn;

import java.util.List;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/**
 * The weights a network starts from: Keras's Glorot uniform for kernels, U(-l, l) with {@code l =
 * sqrt(6 / (fanIn + fanOut))}, a convolution's fans multiplied by its kernel's area; zero for
 * biases.
 */
public final class Initializer {
  private Initializer() {}

  /** A new flat vector of parameters, a function of the architecture and the seed. */
  public static float[] glorotUniform(Architecture architecture, long seed) {
    float[] parameters = new float[architecture.parameterCount()];
    List<Variable> kernels =
        architecture.variables().stream()
            .flatMap(List::stream)
            .filter(variable -> variable.name().equals("kernel"))
            .toList();
    for (int i = 0; i < kernels.size(); i++) {
      Variable kernel = kernels.get(i);
      double limit = limit(kernel.dimensions());
      long key = CounterRandom.key(seed, Purpose.INITIALIZE, i);
      for (int p = 0; p < kernel.size(); p++) {
        parameters[kernel.offset() + p] =
            (float) ((2.0 * CounterRandom.uniform(key, p) - 1) * limit);
      }
    }
    return parameters;
  }

  /** The bound l for a kernel of these dimensions, (in, out) last. */
  static double limit(List<Integer> dimensions) {
    int rank = dimensions.size();
    int area = dimensions.subList(0, rank - 2).stream().reduce(1, Math::multiplyExact);
    return Math.sqrt(6.0 / (area * (double) (dimensions.get(rank - 2) + dimensions.get(rank - 1))));
  }
}
