package org.epochflow.pipeline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.epochflow.model.metric.Tally;
import org.junit.jupiter.api.Test;

/** What others see of a thread's training, here after the thread has ended. */
final class LiveMetricsTest {
  private static final Tally LOSS_OF_TWO = Tally.of(2, false).plus(Tally.of(2, true));

  /** The metrics of a thread of their own. */
  private static LiveMetrics of(Consumer<LiveMetrics> training) throws Exception {
    FutureTask<LiveMetrics> task =
        new FutureTask<>(
            () -> {
              training.accept(LiveMetrics.here());
              return LiveMetrics.here();
            });
    new Thread(task).start();
    return task.get();
  }

  @Test
  void nothingIsTrainedAtFirst() throws Exception {
    LiveMetrics metrics = of(here -> {});
    assertEquals(0, metrics.examples());
    assertEquals(0, metrics.batches());
    assertEquals(0, metrics.epoch());
    assertEquals(0, metrics.examplesPerSecond());
    assertEquals(Double.NaN, metrics.loss());
  }

  @Test
  void countsGoOnFromReplicaToReplicaAndTheLossIsTheLastOnes() throws Exception {
    LiveMetrics metrics =
        of(
            here -> {
              Consumer<Tally> first = here.replica(0, 2, 3);
              first.accept(LOSS_OF_TWO);
              first.accept(LOSS_OF_TWO.plus(Tally.of(5, false)));
              here.replica(1, 2, 4).accept(LOSS_OF_TWO);
            });
    assertEquals(5, metrics.examples());
    assertEquals(3, metrics.batches());
    assertEquals(2, metrics.epoch());
    assertEquals(2, metrics.loss());
    assertTrue(metrics.examplesPerSecond() > 0);
  }

  @Test
  void theRateOfARoundThatIsDoneStays() throws Exception {
    LiveMetrics metrics = of(here -> here.replica(0, 2, 2).accept(LOSS_OF_TWO));
    double rate = metrics.examplesPerSecond();
    assertTrue(rate > 0);
    assertEquals(rate, metrics.examplesPerSecond());
  }

  @Test
  void otherThreadsHaveTheirOwn() throws Exception {
    LiveMetrics one = of(here -> here.replica(0, 8, 8).accept(LOSS_OF_TWO));
    LiveMetrics other = of(here -> here.replica(5, 8, 8).accept(Tally.of(1, true)));
    assertEquals(2, one.examples());
    assertEquals(1, one.epoch());
    assertEquals(1, other.examples());
    assertEquals(6, other.epoch());
  }
}
