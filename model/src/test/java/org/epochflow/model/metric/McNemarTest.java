package org.epochflow.model.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests {@link McNemar}. */
class McNemarTest {
  /** Figures of SciPy's binomtest and of the formula; the first pair is Wikipedia's example. */
  @ParameterizedTest
  @CsvSource({
    "121, 59, 20.67222222222222, 4.4344492637551645e-06",
    "86, 150, 16.81779661016949, 3.7159361395713866e-05",
    "1, 9, 4.9, 0.021484375",
    "0, 5, 3.2, 0.0625",
    "3, 8, 1.4545454545454546, 0.2265625",
    "1000, 1200, 18.000454545454545, 2.1817026407914194e-05",
    "5000, 4000, 110.889, 5.581401567014391e-26",
  })
  void figuresAreSciPys(long b, long c, double statistic, double pValue) {
    McNemar test = new McNemar(b, c);
    assertEquals(statistic, test.statistic(), 1e-12 * statistic);
    assertEquals(pValue, test.pValue(), 1e-9 * pValue);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "10, 10"})
  void noDifferenceIsNoEvidence(long b, long c) {
    assertEquals(0, new McNemar(b, c).statistic());
    assertEquals(1, new McNemar(b, c).pValue());
  }

  @Test
  void whichIsFirstMakesNoDifference() {
    assertEquals(new McNemar(7, 19).pValue(), new McNemar(19, 7).pValue());
    assertEquals(new McNemar(7, 19).statistic(), new McNemar(19, 7).statistic());
  }

  @Test
  void manyExamplesStayFinite() {
    double pValue = new McNemar(400_000, 600_000).pValue();
    assertTrue(pValue >= 0 && pValue < 1e-300, "p " + pValue);
    assertThrows(IllegalArgumentException.class, () -> new McNemar(-1, 0));
  }
}
