package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A warm-up leaves nothing behind and ends by itself. */
class WarmUpTest {
  private static TrainingConfig config() {
    return config(Presets.mlp(Shape.of(5, 4, 1), 3, 0.5), 8);
  }

  private static TrainingConfig config(Architecture network, int batchSize) {
    return new TrainingConfig(
        network,
        Preprocessing.STANDARD,
        Kernels.auto(),
        42,
        1,
        batchSize,
        new DataParallel(Strategy.LOCAL, 2, 2),
        new LearningRate(0.001, LearningRate.Scaling.LINEAR, 1, 0.01),
        new EarlyStopping(true, EarlyStopping.Monitor.VAL_LOSS, 0, 5),
        new SplitRule(0.2, false),
        ClassNames.numbers(3));
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("epochflow-warm-up"))
        .count();
  }

  @Test
  void noThreadOutlivesIt() {
    WarmUp warmUp = WarmUp.of(config());
    warmUp.close();
    assertEquals(0, threads());
  }

  @ParameterizedTest
  @CsvSource({"28, 1, 200", "64, 2, 200", "28, 1, 1500"})
  @Timeout(60)
  void closingDoesNotWaitForALongStep(int side, double multiplier, long millis)
      throws InterruptedException {
    Architecture cnn = Presets.cnn(Shape.of(side, side, 1), 3, 0, Padding.SAME, multiplier);
    WarmUp warmUp = WarmUp.of(config(cnn, 128));
    Thread.sleep(millis);
    long begun = System.nanoTime();
    warmUp.close();
    long taken = (System.nanoTime() - begun) / 1_000_000;
    assertTrue(taken < 500, taken + " ms");
  }

  @Test
  @Timeout(60)
  void itEndsByItselfWhereTheWorkBesideItTakesLong() throws InterruptedException {
    try (WarmUp warmUp = WarmUp.of(config())) {
      assertTrue(warmUp.trains(), "it has not begun");
      while (warmUp.trains()) {
        Thread.sleep(1);
      }
    }
  }
}
