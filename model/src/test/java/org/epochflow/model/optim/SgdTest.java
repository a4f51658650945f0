package org.epochflow.model.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.epochflow.model.kernel.Kernels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Velocities that fade. */
class SgdTest {
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aVelocityThatFadesNeverBecomesSubnormal(boolean nesterov) {
    Kernels kernels = Kernels.named("ejml");
    float[] w = {0, 0};
    float[] v = {1, -1};
    float[] none = {0, 0};
    double exact = 1;
    for (int t = 1; t <= 2000; t++) {
      new Sgd(0.9, nesterov).step(List.of(v), 0.1, t).apply(kernels, w, 0, 2, none, 0);
      exact *= 0.9;
      for (float velocity : v) {
        assertTrue(velocity == 0 || Math.abs(velocity) >= Float.MIN_NORMAL, velocity + " at " + t);
      }
      assertEquals(exact, v[0], 1e-4 * exact + 0x1p-112);
      assertEquals(-exact, v[1], 1e-4 * exact + 0x1p-112);
    }
  }
}
