package org.epochflow.pipeline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
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
  void countsGoOnFromRoundToRoundAndTheLossIsTheLastOnes() throws Exception {
    LiveMetrics metrics =
        of(
            here -> {
              LiveMetrics.Turn first = here.begin(0, 0, List.of(3L, 1L), 2);
              first.replica(0, LiveMetricsTest::nobody).accept(LOSS_OF_TWO);
              first
                  .replica(0, LiveMetricsTest::nobody)
                  .accept(LOSS_OF_TWO.plus(Tally.of(5, false)));
              first.replica(1, LiveMetricsTest::nobody).accept(Tally.of(5, false));
              first.end();
              LiveMetrics.Turn second = here.begin(1, 2, List.of(4L), 2);
              second.replica(0, LiveMetricsTest::nobody).accept(LOSS_OF_TWO);
            });
    assertEquals(6, metrics.examples());
    assertEquals(4, metrics.batches());
    assertEquals(2, metrics.epoch());
    assertEquals(3, metrics.round());
    assertEquals(1, metrics.replicas());
    assertEquals(2, metrics.loss());
    assertTrue(metrics.examplesPerSecond() > 0);
  }

  @Test
  void theRateOfARoundThatIsDoneStays() throws Exception {
    LiveMetrics metrics =
        of(
            here -> {
              LiveMetrics.Turn turn = here.begin(0, 0, List.of(2L), 2);
              turn.replica(0, LiveMetricsTest::nobody).accept(LOSS_OF_TWO);
              turn.end();
            });
    double rate = metrics.examplesPerSecond();
    assertTrue(rate > 0);
    assertEquals(rate, metrics.examplesPerSecond());
  }

  private static void nobody(long examples) {}

  private static Consumer<Tally> begin(LiveMetrics here, int epoch) {
    return here.begin(epoch, 0, List.of(8L), 8).replica(0, LiveMetricsTest::nobody);
  }

  @Test
  void otherThreadsHaveTheirOwn() throws Exception {
    LiveMetrics one = of(here -> begin(here, 0).accept(LOSS_OF_TWO));
    LiveMetrics other = of(here -> begin(here, 5).accept(Tally.of(1, true)));
    assertEquals(2, one.examples());
    assertEquals(1, one.epoch());
    assertEquals(1, other.examples());
    assertEquals(6, other.epoch());
  }
}
