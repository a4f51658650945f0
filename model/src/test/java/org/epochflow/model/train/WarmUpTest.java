package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A warm-up leaves nothing behind and ends by itself. */
class WarmUpTest {
  private static TrainingConfig config() {
    return new TrainingConfig(
        Presets.mlp(Shape.of(5, 4, 1), 3, 0.5),
        Preprocessing.STANDARD,
        Kernels.auto(),
        42,
        1,
        8,
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
