package org.epochflow.model.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.epochflow.model.metric.Diagnosis.Verdict;
import org.junit.jupiter.api.Test;

/** Synthetic curves of each kind, of ten classes: guessing has a loss of 2.3026. */
class DiagnosisTest {
  @Test
  void curvesThatMeetAndFlattenAreAGoodFit() {
    Diagnosis found = diagnosis(12, DiagnosisTest::falling, e -> falling(e) + 0.03);

    assertEquals(Verdict.GOOD_FIT, found.verdict());
    assertEquals("a good fit", found.title());
    assertTrue(found.evidence().contains("epoch 12 of 12 (0.3302)"), found.evidence());
  }

  @Test
  void validationThatTurnsUpIsOverfittingFromThere() {
    Diagnosis found =
        diagnosis(12, e -> 1.5 * Math.exp(-0.3 * e), e -> 0.5 + 0.02 * (e - 5) * (e - 5));

    assertEquals(Verdict.OVERFITTING, found.verdict());
    assertEquals(7, found.fromEpoch());
    assertEquals("overfitting from epoch 7", found.title());
    assertTrue(found.evidence().contains("epoch 6 (0.5000)"), found.evidence());
    assertTrue(found.evidence().contains("+144 %"), found.evidence());
  }

  @Test
  void trainingFarAboveFlatValidationIsOverfittingToo() {
    Diagnosis found =
        Diagnosis.of(
            new LearningCurves(
                List.of(1.0, 0.5, 0.2, 0.1, 0.05),
                List.of(0.70, 0.80, 0.93, 0.98, 1.0),
                List.of(0.9, 0.7, 0.69, 0.695, 0.7),
                List.of(0.68, 0.74, 0.75, 0.75, 0.75),
                10));

    assertEquals(Verdict.OVERFITTING, found.verdict());
    assertEquals(3, found.fromEpoch());
  }

  @Test
  void aLossNearGuessingIsUnderfittingWhetherItFallsOrNot() {
    Diagnosis slow = diagnosis(3, e -> 2.3 - 0.05 * e, e -> 2.28 - 0.05 * e);
    Diagnosis stuck = diagnosis(8, e -> 1.6 - 0.001 * e, e -> 1.6 + 0.001 * e);

    assertEquals(Verdict.UNDERFITTING, slow.verdict());
    assertTrue(slow.advice().startsWith("It is still learning"), slow.advice());
    assertTrue(slow.evidence().contains("guessing would give 2.3026"), slow.evidence());
    assertEquals(Verdict.UNDERFITTING, stuck.verdict());
    assertTrue(stuck.advice().startsWith("It has stopped learning"), stuck.advice());
  }

  @Test
  void dropoutsHighTrainingLossIsNoUnderfittingWhereValidationIsLow() {
    assertEquals(Verdict.GOOD_FIT, diagnosis(8, e -> 1.3, e -> 0.6).verdict());
  }

  @Test
  void aTrainingLossThatRisesOrIsNotFiniteDiverges() {
    assertEquals(
        "The training loss rose from 0.5000 in epoch 3 to 2.0000 in epoch 6.",
        diverging(diagnosis(6, e -> 0.5 + 0.5 * Math.abs(e - 2), e -> 1)));
    assertEquals(
        "The loss of epoch 2 is not finite.",
        diverging(diagnosis(3, e -> e == 1 ? Double.NaN : 0.5, e -> 0.5)));
    assertEquals(
        "The loss of epoch 3 is not finite.",
        diverging(diagnosis(3, e -> 0.5, e -> e == 2 ? Double.POSITIVE_INFINITY : 0.5)));
    assertEquals(
        "The training loss, 14.5000, has not fallen since the first epoch (14.5000), and guessing"
            + " would give 2.3026.",
        diverging(diagnosis(3, e -> 14.5, e -> 14.5)));
  }

  private static double falling(int epoch) {
    return 0.3 + 1.2 * Math.exp(-0.8 * epoch);
  }

  private static String diverging(Diagnosis found) {
    assertEquals(Verdict.DIVERGING, found.verdict());
    return found.evidence();
  }

  @Test
  void aFirstEpochAboveGuessingThatFallsIsNotDiverging() {
    assertEquals(Verdict.UNDERFITTING, diagnosis(3, e -> 2.9 - 0.1 * e, e -> 2.8).verdict());
  }

  @Test
  void validationThatJumpsUpAndDownIsTooNoisy() {
    Diagnosis found =
        diagnosis(
            10, e -> 0.5 - 0.01 * e, e -> 0.5 + (e % 2 == 0 ? 0.08 : -0.08) - (e == 9 ? 0.01 : 0));

    assertEquals(Verdict.TOO_NOISY, found.verdict());
    assertTrue(
        found.evidence().contains("changed direction 7 times in 10 epochs"), found.evidence());
  }

  @Test
  void smallJumpsAreNoNoise() {
    assertEquals(
        Verdict.GOOD_FIT,
        diagnosis(10, e -> 0.5, e -> 0.5 + (e % 2 == 0 ? 0.005 : -0.005)).verdict());
  }

  @Test
  void aBestLastEpochThatFallsIsStillImproving() {
    Diagnosis found = diagnosis(5, e -> 0.9 - 0.1 * e, e -> 0.9 - 0.1 * e);

    assertEquals(Verdict.STILL_IMPROVING, found.verdict());
    assertTrue(found.evidence().contains("12.5 % per epoch, to 0.5000"), found.evidence());
  }

  @Test
  void oneEpochShowsNoTrend() {
    assertEquals(Verdict.STILL_IMPROVING, diagnosis(1, e -> 0.9, e -> 0.9).verdict());
    assertEquals(Verdict.UNDERFITTING, diagnosis(1, e -> 2.2, e -> 2.2).verdict());
  }

  @Test
  void noEpochIsNoCurve() {
    assertThrows(IllegalArgumentException.class, () -> diagnosis(0, e -> 1, e -> 1));
  }

  private static Diagnosis diagnosis(
      int epochs, IntToDoubleFunction loss, IntToDoubleFunction valLoss) {
    return Diagnosis.of(
        new LearningCurves(
            values(epochs, loss),
            values(epochs, e -> 0.8),
            values(epochs, valLoss),
            values(epochs, e -> 0.79),
            10));
  }

  private static List<Double> values(int epochs, IntToDoubleFunction of) {
    return IntStream.range(0, epochs).mapToDouble(of).boxed().toList();
  }
}
