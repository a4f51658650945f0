package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.junit.jupiter.api.Test;

/** Weights start uniform within Glorot's limits, by the seed. */
class InitializerTest {
  private static final Architecture CNN =
      Presets.cnn(Shape.of(28, 28, 1), 10, 0.2, Padding.VALID, 1);

  @Test
  void limitsAreGlorots() {
    assertEquals(0.08693, Initializer.limit(List.of(784, 10)), 5e-6);
    assertEquals(0.14213, Initializer.limit(List.of(3, 3, 1, 32)), 5e-6);
  }

  @Test
  void kernelsAreUniformWithinTheirLimitsAndBiasesZero() {
    float[] w = CNN.initialParameters(42);
    for (List<Variable> layer : CNN.variables()) {
      for (Variable variable : layer) {
        double[] values =
            IntStream.range(variable.offset(), variable.end()).mapToDouble(i -> w[i]).toArray();
        if (variable.name().equals("bias")) {
          assertArrayEquals(new double[values.length], values);
        } else {
          assertUniform(values, (float) Initializer.limit(variable.dimensions()));
        }
      }
    }
  }

  private static void assertUniform(double[] values, double limit) {
    int n = values.length;
    assertTrue(Arrays.stream(values).allMatch(value -> Math.abs(value) <= limit));
    assertTrue(Arrays.stream(values).max().orElseThrow() > limit * (1 - 20.0 / n));
    assertTrue(Arrays.stream(values).min().orElseThrow() < -limit * (1 - 20.0 / n));
    double mean = Arrays.stream(values).average().orElseThrow();
    assertEquals(0, mean, 5 * limit / Math.sqrt(3.0 * n));
    double variance = Arrays.stream(values).map(value -> value * value).average().orElseThrow();
    assertEquals(1, variance / (limit * limit / 3), 5 * Math.sqrt(0.8 / n));
  }

  @Test
  void weightsAreAFunctionOfTheSeed() {
    float[] w = CNN.initialParameters(42);
    assertArrayEquals(w, CNN.initialParameters(42));
    assertFalse(Arrays.equals(w, CNN.initialParameters(43)));
  }

  /** Layers of one shape begin differently. */
  @Test
  void variablesAreIndependent() {
    Architecture twins =
        new Architecture(
            "twins",
            Shape.of(4),
            List.of(new Dense("a", 4, Function.RELU), new Dense("b", 4, Function.SOFTMAX)));
    float[] w = twins.initialParameters(42);
    assertFalse(Arrays.equals(Arrays.copyOfRange(w, 0, 16), Arrays.copyOfRange(w, 20, 36)));
  }
}
