package org.epochflow.model.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** A pace takes the faster way, by the times that it is told. */
class PaceTest {
  private final Pace pace = new Pace();
  private double aloneNanos;
  private double allNanos;

  /** Has a pace do pieces whose times are given. */
  private void pieces(int count, DoubleSupplier together, DoubleSupplier alone) {
    aloneNanos = 0;
    allNanos = 0;
    for (int i = 0; i < count; i++) {
      boolean isAlone = pace.isAlone();
      double nanos = isAlone ? alone.getAsDouble() : together.getAsDouble();
      pace.took(nanos, 32);
      aloneNanos += isAlone ? nanos : 0;
      allNanos += nanos;
    }
  }

  @Test
  void teamWorksWhereItIsFaster() {
    pieces(2000, () -> 500, () -> 900);
    assertTrue(aloneNanos < 0.03 * allNanos, () -> aloneNanos + " of " + allNanos);
  }

  @Test
  void oneThreadWorksWhereTheTeamIsSlower() {
    pieces(20_000, () -> 30_000, () -> 900);
    assertTrue(aloneNanos > 0.9 * allNanos, () -> aloneNanos + " of " + allNanos);
  }

  @Test
  void teamThatNowAndThenWaitsLongIsJudgedByItsMean() {
    int[] piece = {0};
    pieces(20_000, () -> piece[0]++ % 4 == 0 ? 10_000 : 500, () -> 900);
    assertTrue(allNanos < 1.5 * 20_000 * 900, () -> "took " + allNanos);
  }

  @Test
  void teamWorksAgainWhenItIsFasterAgain() {
    pieces(1000, () -> 30_000, () -> 900);
    pieces(20_000, () -> 500, () -> 900);
    pieces(2000, () -> 500, () -> 900);
    assertTrue(aloneNanos < 0.03 * allNanos, () -> aloneNanos + " of " + allNanos);
  }

  @Test
  void oneThreadStandsForAllMembers() {
    int[] calls = new int[3];
    try (Team team = new Team(2)) {
      for (int i = 0; i < 100; i++) {
        pace.run(team, member -> calls[member]++, 1);
      }
    }
    assertEquals(calls[0], calls[1]);
    assertEquals(100, calls[0] + calls[2]);
    assertTrue(calls[2] > 0);
  }
}
