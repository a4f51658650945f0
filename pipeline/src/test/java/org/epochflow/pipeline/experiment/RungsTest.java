package org.epochflow.pipeline.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.epochflow.pipeline.experiment.Rungs.Rung;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans of successive halving. */
final class RungsTest {
  @Test
  void aThirdGoesOnToThreeTimesTheEpochs() {
    assertEquals(
        List.of(new Rung(9, 1), new Rung(3, 3), new Rung(1, 9)), Rungs.halving(9, 9, 3).rungs());
    assertEquals(21, Rungs.halving(9, 9, 3).epochs());
    assertEquals(
        List.of(new Rung(10, 3), new Rung(3, 7), new Rung(1, 20)),
        Rungs.halving(10, 20, 3).rungs());
  }

  @Test
  void thereAreNoMoreRungsThanEpochsOrTrialsAllow() {
    assertEquals(List.of(new Rung(27, 1), new Rung(9, 3)), Rungs.halving(27, 3, 3).rungs());
    assertEquals(List.of(new Rung(2, 20)), Rungs.halving(2, 20, 3).rungs());
    assertEquals(Rungs.one(5, 1), Rungs.halving(5, 1, 2));
  }

  @ParameterizedTest
  @CsvSource({"21, 9, 3", "100, 20, 3", "55, 20, 3", "7, 9, 2", "1000, 81, 3"})
  void aBudgetIsUsedAndNeverExceeded(int budget, int epochs, int reduction) {
    int most = Rungs.mostTrials(budget, epochs, reduction);
    assertTrue(most == 0 || Rungs.halving(most, epochs, reduction).epochs() <= budget);
    assertTrue(Rungs.halving(most + 1, epochs, reduction).epochs() > budget);
  }

  @Test
  void aBudgetBelowOneTrialsEpochsAllowsNone() {
    assertEquals(0, Rungs.mostTrials(8, 9, 3));
    assertEquals(1, Rungs.mostTrials(9, 9, 3));
  }
}
