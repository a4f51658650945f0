package org.epochflow.model.nn;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Penalties;

/** Regularizers for {@link RandomNetworks}, and their formula in double precision. */
final class Penalized {
  private Penalized() {}

  /** Mostly none. */
  static Regularizer regularizer(Random random) {
    return random.nextInt(4) == 0
        ? new Regularizer(random.nextInt(3) / 32.0, random.nextInt(3) / 16.0)
        : Regularizer.NONE;
  }

  /** The same variables, some with regularizers. */
  static KernelAndBias some(KernelAndBias weights, Random random) {
    List<Regularizer> kernels =
        Stream.generate(() -> regularizer(random)).limit(weights.kernels().size()).toList();
    return weights.with(new Penalties(kernels, regularizer(random), regularizer(random)));
  }

  static double of(Regularizer regularizer, double[] x, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += regularizer.l1() * Math.abs(x[i]) + regularizer.l2() * x[i] * x[i];
    }
    return sum;
  }

  static double ofVariables(Architecture architecture, double[] w) {
    return architecture.trained().stream()
        .mapToDouble(variable -> of(variable.regularizer(), w, variable.offset(), variable.end()))
        .sum();
  }

  /** The mean over the examples. */
  static double ofOutputs(Layer layer, double[][] y) {
    double sum = 0;
    for (double[] row : y) {
      sum += of(layer.activityRegularizer(), row, 0, row.length) / y.length;
    }
    return sum;
  }
}
