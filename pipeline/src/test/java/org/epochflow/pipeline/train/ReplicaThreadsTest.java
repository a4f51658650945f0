package org.epochflow.pipeline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** What is given, else the processors over the replicas that run at once. */
class ReplicaThreadsTest {
  private final int processors = Runtime.getRuntime().availableProcessors();

  @Test
  void theNumberThatIsGivenIsTaken() {
    assertEquals(7, new ReplicaThreads(7, 2).here(2));
  }

  @Test
  void oneReplicaHasAllProcessors() {
    assertEquals(processors, new ReplicaThreads(0, processors).here(1));
    assertEquals(processors, new ReplicaThreads(0, 1).here(4));
  }

  @Test
  void replicasThatRunAtOnceShareThem() {
    assertEquals(Math.max(1, processors / 2), new ReplicaThreads(0, 2).here(8));
    assertEquals(1, ReplicaThreads.EVEN.here(2 * processors));
  }

  @Test
  void thereIsNoNegativeNumber() {
    assertThrows(IllegalArgumentException.class, () -> new ReplicaThreads(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> new ReplicaThreads(0, 0));
  }
}
