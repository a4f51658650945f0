package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Initializer.Fan;
import org.epochflow.model.nn.Initializer.Law;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights start by Keras's distributions, by the seed. Literal deviations are Keras's formulas. */
class InitializerTest {
  private static final Architecture CNN =
      Presets.cnn(Shape.of(28, 28, 1), 10, 0.2, Padding.VALID, 1);

  private static final long KEY = 7;

  /** More standard deviations than any of these figures is off by chance. */
  private static final double SURE = 5;

  @Test
  void limitsAreGlorots() {
    assertEquals(0.08693, limit(List.of(784, 10)), 5e-6);
    assertEquals(0.14213, limit(List.of(3, 3, 1, 32)), 5e-6);
  }

  private static double limit(List<Integer> dimensions) {
    return Initializer.GLOROT_UNIFORM.spread(Fan.AVG.of(dimensions));
  }

  /** Of a depthwise kernel the outputs are one channel's, as in Keras. */
  @ParameterizedTest
  @CsvSource({
    "IN, 784, 10, 784",
    "OUT, 784, 10, 10",
    "AVG, 784, 10, 397",
    "IN, 3 5 7, 11, 105",
    "OUT, 3 5 7, 11, 165",
    "IN, 3 3 64, 1, 576",
    "OUT, 3 3 64, 1, 9",
    "IN, '', 7, 7",
    "AVG, '', 7, 7"
  })
  void fansAreKeras(Fan fan, String before, int last, double expected) {
    int[] dimensions =
        IntStream.concat(
                Arrays.stream(before.split(" "))
                    .filter(d -> !d.isEmpty())
                    .mapToInt(Integer::parseInt),
                IntStream.of(last))
            .toArray();
    assertEquals(expected, fan.of(Arrays.stream(dimensions).boxed().toList()));
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
          assertUniform(values, (float) limit(variable.dimensions()));
        }
      }
    }
  }

  private static void assertUniform(double[] values, double limit) {
    int n = values.length;
    assertTrue(Arrays.stream(values).allMatch(value -> Math.abs(value) <= limit));
    assertTrue(Arrays.stream(values).max().orElseThrow() > limit * (1 - 20.0 / n));
    assertTrue(Arrays.stream(values).min().orElseThrow() < -limit * (1 - 20.0 / n));
    assertMoments(values, 0, limit / Math.sqrt(3), 1.8);
  }

  /** Of a normal distribution the kurtosis is 3, of a uniform one 1.8. */
  private static void assertMoments(
      double[] values, double mean, double deviation, double kurtosis) {
    int n = values.length;
    double found = Arrays.stream(values).average().orElseThrow();
    assertEquals(mean, found, SURE * deviation / Math.sqrt(n));
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / n;
    double square = deviation * deviation;
    assertEquals(1, variance / square, SURE * Math.sqrt((kurtosis - 1) / n));
  }

  /** The value of every parameter as it has always been: by its number in its variable's stream. */
  @Test
  void aUniformValueIsThatOfItsIndexInTheStream() {
    Initializer uniform = new Initializer("RandomUniform", Law.UNIFORM, null, -1, 3);
    float[] w = values(uniform, 40, 25);
    for (int p = 0; p < w.length; p++) {
      assertEquals((float) (4.0 * CounterRandom.uniform(KEY, p) - 1), w[p], 3e-7f);
    }
    double[] centred = IntStream.range(0, w.length).mapToDouble(p -> w[p] - 1).toArray();
    assertUniform(centred, 2);
  }

  private static float[] values(Initializer initializer, Integer... dimensions) {
    Variable variable = new Variable("kernel", List.of(dimensions), initializer);
    float[] w = new float[variable.size()];
    initializer.fill(w, variable, KEY);
    return w;
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  @Test
  void normalValuesHaveTheirMeanAndDeviation() {
    double[] w = doubles(values(new Initializer("N", Law.NORMAL, null, 0.5, 0.25), 300, 400));
    assertMoments(w, 0.5, 0.25, 3);
    for (int sigmas = 1; sigmas <= 4; sigmas++) {
      double far = 0.25 * sigmas;
      double share =
          Arrays.stream(w).filter(v -> Math.abs(v - 0.5) > far).count() / (double) w.length;
      double expected = new double[] {0.317311, 0.0455003, 0.0026998, 6.3342e-5}[sigmas - 1];
      assertEquals(expected, share, SURE * Math.sqrt(expected / w.length));
    }
  }

  /** The deviation of a normal variable cut at two of its own is 0.8796 of it. */
  @Test
  void truncatedValuesAreWithinTwoDeviations() {
    Initializer truncated = new Initializer("T", Law.TRUNCATED_NORMAL, null, 0.5, 0.25);
    double[] w = doubles(values(truncated, 300, 400));
    assertTrue(Arrays.stream(w).allMatch(v -> Math.abs(v - 0.5) <= 0.5 + 1e-7));
    assertTrue(Arrays.stream(w).anyMatch(v -> Math.abs(v - 0.5) > 0.499));
    assertMoments(w, 0.5, 0.25 * 0.8796256610342398, 2.36);
  }

  /** For the kernel (3, 3, 64, 32): 576 inputs, 288 outputs, 432 on average. */
  @ParameterizedTest
  @CsvSource({
    "TRUNCATED_NORMAL, AVG, 1, 0.048112522",
    "UNIFORM, IN, 2, 0.058925565",
    "TRUNCATED_NORMAL, IN, 2, 0.058925565",
    "UNIFORM, IN, 1, 0.041666667",
    "TRUNCATED_NORMAL, IN, 1, 0.041666667",
    "NORMAL, OUT, 3, 0.102062073"
  })
  void aScaledVarianceIsTheScaleByTheFan(Law law, Fan fan, double scale, double deviation) {
    double[] w = doubles(values(new Initializer("Scaled", law, fan, scale, 0), 3, 3, 64, 32));
    assertMoments(w, 0, deviation, law == Law.NORMAL ? 3 : law == Law.UNIFORM ? 1.8 : 2.36);
    double most = Arrays.stream(w).map(Math::abs).max().orElseThrow() / deviation;
    double bound = law == Law.UNIFORM ? 1.7320508 : law == Law.NORMAL ? 6 : 2.2736945;
    assertTrue(most <= bound + 1e-6 && most > 0.99 * Math.min(bound, 3.5), "bound " + most);
  }

  @ParameterizedTest
  @CsvSource({"7, 7, 1", "20, 6, 1.5", "6, 20, 0.5", "1, 9, 2", "9, 1, 2"})
  void theFewerRowsOrColumnsAreOrthonormal(int rows, int columns, double gain) {
    float[] w = values(new Initializer("O", Law.ORTHOGONAL, null, gain, 0), rows, columns);
    boolean byRow = rows <= columns;
    int vectors = Math.min(rows, columns);
    for (int a = 0; a < vectors; a++) {
      for (int b = 0; b < vectors; b++) {
        double product = 0;
        for (int i = 0; i < Math.max(rows, columns); i++) {
          product +=
              byRow
                  ? (double) w[a * columns + i] * w[b * columns + i]
                  : (double) w[i * columns + a] * w[i * columns + b];
        }
        assertEquals(a == b ? gain * gain : 0, product, 1e-6 * gain * gain);
      }
    }
  }

  /** A kernel of (2, 3, 4, 5) is a matrix of 24 rows; values have the sphere's variance. */
  @Test
  void anOrthogonalKernelIsAMatrixOfAllButTheLastDimension() {
    Initializer orthogonal = new Initializer("O", Law.ORTHOGONAL, null, 1, 0);
    assertArrayEquals(values(orthogonal, 24, 5), values(orthogonal, 2, 3, 4, 5));
    double[] w = doubles(values(orthogonal, 300, 100));
    assertMoments(w, 0, 1 / Math.sqrt(300), 3);
  }

  @Test
  void constantsAndDiagonalsAreExact() {
    assertArrayEquals(new float[] {1, 1, 1}, values(Initializer.ONES, 3));
    assertArrayEquals(
        new float[] {.3f, .3f}, values(new Initializer("C", Law.CONSTANT, null, .3, 0), 2));
    Initializer identity = new Initializer("I", Law.IDENTITY, null, 2, 0);
    assertArrayEquals(new float[] {2, 0, 0, 0, 2, 0}, values(identity, 2, 3));
    assertArrayEquals(new float[] {2, 0, 0, 2, 0, 0}, values(identity, 3, 2));
  }

  @Test
  void aLayerStartsFromItsOwnInitializers() {
    Initializer quarter = new Initializer("Constant", Law.CONSTANT, null, 0.25, 0);
    KernelAndBias weights =
        new KernelAndBias(true, List.of(Initializer.ONES, quarter), Initializer.ZEROS);
    Window window = Window.of(1, 2, Padding.SAME);
    Architecture network =
        new Architecture(
            "own",
            Shape.of(1, 2, 1),
            List.of(
                new SeparableConv2D("s", 1, 1, window, Function.RELU, weights),
                new Flatten("f"),
                new Dense(
                    "d",
                    1,
                    Function.SIGMOID,
                    new KernelAndBias(false, List.of(Initializer.ZEROS), Initializer.ONES))));
    assertArrayEquals(new float[] {1, 1, .25f, 0, 0, 0}, network.initialParameters(42));
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
