package org.epochflow.model.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tallies merge to the bit, and show a loss that is not finite. */
class TallyTest {
  @Test
  void mergedShardsEqualTheWholeInAnyOrderAndGrouping() {
    Random random = new Random(1);
    List<Tally> tallies = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      tallies.add(Tally.of(-(float) Math.log(1 - random.nextFloat()), random.nextBoolean()));
    }
    Tally whole = tallies.stream().reduce(Tally.NONE, Tally::plus);
    for (int trial = 0; trial < 10; trial++) {
      Collections.shuffle(tallies, random);
      Tally merged = Tally.NONE;
      for (int from = 0; from < tallies.size(); ) {
        int to = Math.min(tallies.size(), from + 1 + random.nextInt(200));
        merged = tallies.subList(from, to).stream().reduce(Tally.NONE, Tally::plus).plus(merged);
        from = to;
      }
      assertEquals(whole, merged);
    }
  }

  @Test
  void lossAndAccuracyAreMeans() {
    Tally tally = Tally.of(0.5f, true).plus(Tally.of(1.5f, false)).plus(Tally.of(0.25f, true));
    assertEquals(new Tally(3, 2, 9L << 22, 0), tally);
    assertEquals(0.75, tally.loss());
    assertEquals(2 / 3.0, tally.accuracy());
  }

  @Test
  void aPenaltyIsPartOfTheLossAndAModelOfTooLargeAOneIsLost() {
    assertEquals(new Tally(1, 1, 7L << 22, 0), Tally.of(0.5f, 1.25, true));
    for (double lost : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 2e6}) {
      assertEquals(new Tally(1, 0, 0, 1), Tally.of(0.5f, lost, true));
    }
  }

  @Test
  void aMeanIsOffByLessThanHalfAUnit() {
    Random random = new Random(2);
    Tally tally = Tally.NONE;
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      float loss = 16.118095f * random.nextFloat();
      tally = tally.plus(Tally.of(loss, false));
      sum += loss;
    }
    assertEquals(sum / 10_000, tally.loss(), 0x1p-25);
  }

  @Test
  void nothingHasNoMeans() {
    assertTrue(Double.isNaN(Tally.NONE.loss()));
    assertTrue(Double.isNaN(Tally.NONE.accuracy()));
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void oneLossThatIsNotFiniteMakesTheMeanNaN(float loss) {
    Tally tally = Tally.of(0.5f, true).plus(Tally.of(loss, true)).plus(Tally.of(0.5f, true));
    assertEquals(new Tally(3, 2, 1 << 24, 1), tally);
    assertTrue(Double.isNaN(tally.loss()));
    assertEquals(2 / 3.0, tally.accuracy());
  }

  /** The largest loss of an example, as often as the doc says. */
  @Test
  void theLargestLossesDoNotOverflow() {
    Tally tally = Tally.of(16.118095f, false);
    for (int doubling = 0; doubling < 34; doubling++) {
      tally = tally.plus(tally);
    }
    assertEquals(1L << 34, tally.examples());
    assertEquals(16.118095, tally.loss(), 1e-6);
  }
}
