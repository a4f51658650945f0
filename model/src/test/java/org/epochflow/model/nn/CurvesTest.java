package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every {@link Function} against its formula in double precision by the JDK: values to 1e-6 of
 * themselves, slopes to 1e-6 of the largest.
 */
class CurvesTest {
  private static final Set<Function> OF_VECTORS =
      EnumSet.of(Function.SOFTMAX, Function.LOG_SOFTMAX);
  private static final int COUNT = 20_000;

  static Stream<Arguments> functions() {
    return Kernels.NAMES.stream()
        .filter(name -> name.equals("ejml") || Kernels.auto().equals(name))
        .flatMap(
            kernels ->
                EnumSet.complementOf(EnumSet.of(Function.LINEAR)).stream()
                    .map(function -> Arguments.of(kernels, function)));
  }

  private record Applied(float[] y, float[] dx) {}

  /** One example, with a gradient of 1 for each output. */
  private static Applied apply(String kernels, Function function, float[] x, int size) {
    Shape shape = Shape.of(x.length / size, size);
    Operation operation = function.bind(shape).get(0);
    operation.reshape(1, true);
    try (Team alone = new Team(1)) {
      Pass pass = new Pass(Kernels.named(kernels), alone, 0, new float[0], new Masks());
      FMatrixRMaj input = new FMatrixRMaj(1, x.length, true, x.clone());
      FMatrixRMaj dy = new FMatrixRMaj(1, x.length);
      Arrays.fill(dy.data, 1);
      float[] y = operation.forward(pass, input).data;
      float[] dx = operation.backward(pass, input, dy, true).data;
      assertTrue(Arrays.equals(x, input.data), "the input stays");
      return new Applied(y, dx);
    }
  }

  /** Near 0, and as far from it as an activation may be. */
  private static float[] values(int count) {
    Random random = new Random(7);
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      double size = Math.pow(10, -4 + 5.5 * random.nextDouble());
      x[i] = (float) (random.nextBoolean() ? size : -size);
    }
    return x;
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("functions")
  void valuesAreTheFormulas(String kernels, Function function) {
    int size = 8;
    float[] x = values(COUNT);
    Applied applied = apply(kernels, function, x, size);
    double[] exact = new double[x.length];
    Arrays.setAll(exact, i -> x[i]);
    double[] expected = NaiveFunctions.of(function, exact, size);
    for (int i = 0; i < x.length; i++) {
      assertEquals(
          expected[i],
          applied.y[i],
          1e-6 * Math.abs(expected[i]) + lost(function, x[i]),
          function + " of " + x[i]);
    }
  }

  /** What a formula may be off besides: where the result is a small difference, or nearly 0. */
  private static double lost(Function function, float x) {
    return switch (function) {
      case TANH_SHRINK -> 3e-7 * Math.min(1, Math.abs(x));
      case LOG_SOFTMAX -> 5e-6;
      case SOFTMAX -> 1e-6;
      case HARD_SIGMOID, HARD_SILU -> 1e-7 * (1 + Math.abs(x));
      case GELU -> 3e-12;
      default -> 1e-37;
    };
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("functions")
  void slopesAreTheFiniteDifferences(String kernels, Function function) {
    if (OF_VECTORS.contains(function)) {
      return;
    }
    float[] x = values(COUNT);
    Applied applied = apply(kernels, function, x, 8);
    for (int i = 0; i < x.length; i++) {
      double h = 1e-5;
      double above = NaiveFunctions.of(function, x[i] + h);
      double below = NaiveFunctions.of(function, x[i] - h);
      double expected = (above - below) / (2 * h);
      if (nearKink(x[i])) {
        continue;
      }
      assertEquals(
          expected,
          applied.dx[i],
          2e-6 * Math.max(1, Math.abs(expected)),
          function + " at " + x[i]);
    }
  }

  private static boolean nearKink(float x) {
    return List.of(0.0, 0.5, 1.0, 3.0, 6.0).stream()
        .anyMatch(kink -> Math.abs(Math.abs(x) - kink) < 1.1e-5);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("functions")
  void notANumberComesThrough(String kernels, Function function) {
    float[] x = values(64);
    x[9] = Float.NaN;
    Applied applied = apply(kernels, function, x, 8);
    assertTrue(Float.isNaN(applied.y[9]));
    assertTrue(Float.isNaN(applied.y[40]) == Float.isNaN(x[40]));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("functions")
  void aSlopeAtAKinkIsThatOfOneSide(String kernels, Function function) {
    if (OF_VECTORS.contains(function)) {
      return;
    }
    float[] x = {0, 6, -3, 3, -1, 1, -0.5f, 0.5f};
    Applied applied = apply(kernels, function, x, 8);
    double h = 1e-6;
    for (int i = 0; i < x.length; i++) {
      double at = NaiveFunctions.of(function, x[i]);
      double below = (at - NaiveFunctions.of(function, x[i] - h)) / h;
      double above = (NaiveFunctions.of(function, x[i] + h) - at) / h;
      double off = Math.min(Math.abs(applied.dx[i] - below), Math.abs(applied.dx[i] - above));
      assertEquals(0, off, 1e-5 * Math.max(1, Math.abs(above)), function + " at " + x[i]);
    }
  }
}
