package org.epochflow.model.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Steps worked out by hand, in decimals. */
class OptimizerTest {
  static final Iterable<String> KERNELS = Kernels.NAMES;

  private static void step(String kernels, Update update, float[] w, float... g) {
    update.apply(Kernels.named(kernels), w, 0, w.length, g, 0);
  }

  /**
   * With one gradient g the first step is {@code rate sign(g)} but for epsilon, whatever g: m = 0.1
   * g, v = 0.001 g^2, a = rate sqrt(0.001) / 0.1.
   */
  @ParameterizedTest
  @FieldSource("KERNELS")
  void adamsFirstStepIsTheRateWhateverTheGradient(String kernels) {
    float[] w = {1, 1, 1, 1};
    float[] m = new float[4];
    float[] v = new float[4];
    float[] g = {0.5f, -0.5f, 200, 0};
    step(kernels, new Adam().step(List.of(m, v), 0.001, 1), w, g);
    assertArrayEquals(new float[] {0.999f, 1.001f, 0.999f, 1}, w, 1e-7f);
    assertArrayEquals(new float[] {0.05f, -0.05f, 20, 0}, m, 1e-6f);
    assertArrayEquals(new float[] {0.00025f, 0.00025f, 40, 0}, v, 1e-5f);
  }

  /** Epsilon is added to sqrt(v) that is not yet corrected: "epsilon hat", as in Keras. */
  @ParameterizedTest
  @FieldSource("KERNELS")
  void epsilonIsOutsideTheCorrection(String kernels) {
    float[] w = {0};
    // sqrt(v) = sqrt(0.001) 1e-6 = 3.16e-8; a m = 0.001 sqrt(0.001) 1e-6.
    Update first = new Adam().step(List.of(new float[1], new float[1]), 0.001, 1);
    step(kernels, first, w, 1e-6f);
    assertEquals(-2.4025e-4, w[0], 1e-8);
  }

  @ParameterizedTest
  @FieldSource("KERNELS")
  void threeStepsOfAdamAreTheFormula(String kernels) {
    double[] gradients = {0.3, -0.1, 0.7};
    double expected = 0.25;
    double m = 0;
    double v = 0;
    float[] w = {0.25f};
    float[] fm = new float[1];
    float[] fv = new float[1];
    for (int t = 1; t <= gradients.length; t++) {
      double g = gradients[t - 1];
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      double a = 0.01 * Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
      expected -= a * m / (Math.sqrt(v) + 1e-7);
      step(kernels, new Adam().step(List.of(fm, fv), 0.01, t), w, (float) g);
      assertEquals(expected, w[0], 1e-7);
      assertEquals(m, fm[0], 1e-7);
      assertEquals(v, fv[0], 1e-9);
    }
  }

  @ParameterizedTest
  @FieldSource("KERNELS")
  void sgdGoesDownTheGradient(String kernels) {
    float[] w = {1, 2, -3};
    float[] g = {0.5f, -0.25f, 0};
    step(kernels, new Sgd().step(List.of(), 0.1, 1), w, g);
    assertArrayEquals(new float[] {0.95f, 2.025f, -3}, w, 1e-7f);
    assertArrayEquals(new float[] {0.5f, -0.25f, 0}, g);
  }

  /**
   * From nothing, D = 0.5: m = 0.05, v = 0.0025, w += 0.01 * 0.05 / (0.05 + 0.001). Then D = -0.1:
   * m = 0.045 - 0.01 = 0.035, v = 0.002475 + 0.0001 = 0.002575, sqrt(v) = 0.0507445.
   */
  @Test
  void serverAdamStepsAlongTheMeanChangeWithoutCorrection() {
    float[] m = new float[1];
    float[] v = new float[1];
    float[] w = {1.5f};
    ServerAdam.step(w, List.of(m, v), new float[] {1}, 0, 1, 0.01);
    assertEquals(1.00980392, w[0], 2e-7);
    assertEquals(0.05, m[0], 1e-7);
    assertEquals(0.0025, v[0], 1e-8);
    float[] start = w.clone();
    w[0] -= 0.1f;
    ServerAdam.step(w, List.of(m, v), start, 0, 1, 0.01);
    assertEquals(0.035, m[0], 1e-7);
    assertEquals(0.002575, v[0], 1e-8);
    assertEquals(1.00980392 + 0.01 * 0.035 / 0.0517445, w[0], 2e-7);
  }
}
