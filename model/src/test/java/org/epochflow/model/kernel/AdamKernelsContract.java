package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every implementation's step of Adam does. */
abstract class AdamKernelsContract extends ChannelKernelsContract {
  static Kernels.AdamStep step(float[] m, float[] v) {
    return new Kernels.AdamStep(m, v, 0.01f, 0.1f, 0.001f, 1e-7f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 16, 17, 1000})
  void adamIsTheFormula(int size) {
    float[][] vectors = new float[4][];
    Arrays.setAll(vectors, i -> Arrays.copyOf(Tensors.vector(0, size, random), size));
    float[] w = vectors[0];
    float[] m = vectors[1];
    float[] v = vectors[2];
    float[] g = vectors[3];
    for (int i = 0; i < size; i++) {
      v[i] = i == 0 ? 0 : v[i] * v[i];
    }
    float[][] before = {w.clone(), m.clone(), v.clone()};
    kernels.adam(w, 0, size, g, 0, step(m, v));
    for (int i = 0; i < size; i++) {
      double mean = before[1][i] + (g[i] - before[1][i]) * (double) 0.1f;
      double square = before[2][i] + ((double) g[i] * g[i] - before[2][i]) * (double) 0.001f;
      double expected = before[0][i] - 0.01f * mean / (Math.sqrt(square) + 1e-7f);
      assertEquals(mean, m[i], 2e-7);
      assertEquals(square, v[i], 2e-7 * square);
      assertEquals(expected, w[i], 1e-6 * (1 + Math.abs(expected)));
    }
  }

  /** Nor does that of a value so small that its square or moments are no normal floats. */
  @Test
  void theStepOfAValueDoesNotDependOnItsPlace() {
    int size = 200;
    float[][] whole = new float[4][size];
    for (float[] values : whole) {
      for (int i = 0; i < size; i++) {
        values[i] = Math.scalb(random.nextFloat(), -random.nextInt(150));
      }
    }
    float[][] single = Stream.of(whole).map(float[]::clone).toArray(float[][]::new);
    kernels.adam(whole[0], 0, size, whole[1], 0, step(whole[2], whole[3]));
    for (int i = 0; i < size; i++) {
      kernels.adam(single[0], i, i + 1, single[1], i, step(single[2], single[3]));
    }
    assertArrayEquals(single, whole);
  }

  @Test
  void momentsThatFadeEndAtZero() {
    int size = 40;
    float[] m = new float[size];
    float[] v = new float[size];
    Arrays.fill(m, 2 * Kernels.AdamStep.LEAST_FIRST);
    Arrays.fill(v, 2 * Float.MIN_NORMAL);
    float[] none = new float[size];
    float[] w = new float[size];
    for (int step = 0; step < 8; step++) {
      Kernels.AdamStep fade = new Kernels.AdamStep(m, v, 1e-6f, 0.1f, 0.1f, 1e-7f);
      kernels.adam(w, 0, size, none, 0, fade);
      for (float moment : m) {
        assertTrue(moment == 0 || 1e-6f * moment >= Float.MIN_NORMAL, moment + " at " + step);
      }
    }
    assertArrayEquals(none, m);
    assertArrayEquals(none, v);
  }
}
