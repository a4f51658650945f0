package org.epochflow.pipeline.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@link RejectionBudget}. */
class RejectionBudgetTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 100, true", "0, 1, 100, false", "3, 3, 3, true", "3, 4, 1000, false",
    "0.5%, 5, 1000, true", "0.5%, 6, 1000, false", "0.1%, 1, 1000, true", "0.1%, 1, 999, false",
    "0%, 0, 10, true", "0%, 1, 10, false", "100%, 10, 10, true", "33.3%, 333, 1000, true",
    "33.3%, 334, 1000, false", "5%, 0, 0, true"
  })
  void aShareIsOfAllRecordsAndExact(String text, long rejected, long records, boolean allowed) {
    RejectionBudget budget = RejectionBudget.parse(text).orElseThrow();
    assertEquals(allowed, budget.allows(rejected, records));
  }

  @ParameterizedTest
  @CsvSource({"007, 7", "100, 100", "0.50%, 0.5%", "05%, 5%", "100.0%, 100%", "0%, 0%"})
  void ithasOneSpelling(String text, String canonical) {
    RejectionBudget budget = RejectionBudget.parse(text).orElseThrow();
    assertEquals(canonical, budget.toString());
    assertEquals(Optional.of(budget), RejectionBudget.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-1", "1.5", "%", "100.1%", "1e3", "0,5%", "5 %", "٣", "9999999999999999999"})
  void whatIsNeitherACountNorAPercentageIsNone(String text) {
    assertEquals(Optional.empty(), RejectionBudget.parse(text));
  }

  @Test
  void noneIsACountOfNothing() {
    assertEquals(Optional.of(RejectionBudget.NONE), RejectionBudget.parse("0"));
  }
}
