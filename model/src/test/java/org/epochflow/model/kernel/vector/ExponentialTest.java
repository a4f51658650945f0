package org.epochflow.model.kernel.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Our own exponential against the JDK's in double precision. */
class ExponentialTest {
  @Test
  void itIsOffByLittleMoreThanHalfAUnitInTheLastPlace() {
    double worst = 0;
    for (float x = 0; x > -87.3f; x = Math.nextDown(x - 1e-4f)) {
      double exact = StrictMath.exp(x);
      worst = Math.max(worst, Math.abs(Exponential.of(x) - exact) / Math.ulp((float) exact));
    }
    assertTrue(worst < 1.1, "worst " + worst);
  }

  @Test
  void belowTheNormalNumbersItIsOffByAUnitAtMost() {
    for (float x = -87.3f; x > -110; x -= 1e-3f) {
      assertEquals(StrictMath.exp(x), Exponential.of(x), 1.01 * Float.MIN_VALUE);
    }
    assertEquals(0, Exponential.of(-1e30f));
    assertEquals(0, Exponential.of(Float.NEGATIVE_INFINITY));
  }

  @Test
  void zeroAndNaN() {
    assertEquals(1, Exponential.of(0));
    assertEquals(Float.NaN, Exponential.of(Float.NaN));
  }
}
