package org.epochflow.pipeline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.SmallNetworks;
import org.junit.jupiter.api.Test;

/** What is given, else as many threads as help. */
class ReplicaThreadsTest {
  private static final TrainingConfig CONFIG = SmallNetworks.config(1, new SplitRule(0.3, true));
  private final int processors = Runtime.getRuntime().availableProcessors();

  @Test
  void theNumberThatIsGivenIsTaken() {
    assertEquals(
        new Lanes(1, 7 * processors), new ReplicaThreads(7 * processors, 2).lanes(CONFIG, 2, 1));
    assertEquals(
        new Lanes(Math.min(3, processors), 1), new ReplicaThreads(1, 9).lanes(CONFIG, 3, 1));
  }

  @Test
  void noMoreTrainAtOnceThanMay() {
    assertEquals(1, new ReplicaThreads(0, 1).lanes(CONFIG, 8, 1).count());
    assertEquals(1, new ReplicaThreads(1, 1).lanes(CONFIG, 8, 1).count());
    Lanes lanes = ReplicaThreads.EVEN.lanes(CONFIG, 8, 1);
    assertTrue(lanes.count() * lanes.threads() <= processors, lanes.toString());
  }

  @Test
  void groupsShareTheProcessors() {
    assertEquals(processors, ReplicaThreads.processors(1));
    assertEquals(1, ReplicaThreads.processors(2 * processors));
    assertEquals(new Lanes(1, 1), ReplicaThreads.EVEN.lanes(CONFIG, 8, 2 * processors));
  }

  @Test
  void thereIsNoNegativeNumber() {
    assertThrows(IllegalArgumentException.class, () -> new ReplicaThreads(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReplicaThreads(0, 0));
  }
}
