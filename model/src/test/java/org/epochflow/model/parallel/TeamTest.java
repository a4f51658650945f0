package org.epochflow.model.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Members work together, wait for each other, fail together, and are gone when the team is. */
@Timeout(60)
class TeamTest {
  private final Set<Thread> seen = ConcurrentHashMap.newKeySet();

  @AfterEach
  void noThreadRemains() {
    seen.remove(Thread.currentThread());
    for (Thread helper : seen) {
      assertFalse(helper.isAlive(), helper + " remains");
    }
  }

  private void see() {
    seen.add(Thread.currentThread());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void eachMemberWorksInItsOwnThread(int size) {
    int[] calls = new int[size];
    try (Team team = new Team(size)) {
      for (int i = 0; i < 100; i++) {
        team.run(
            member -> {
              see();
              calls[member]++;
            });
      }
      assertEquals(size, team.size());
    }
    assertEquals(size, seen.size());
    assertTrue(Arrays.stream(calls).allMatch(n -> n == 100), Arrays.toString(calls));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void whoWaitsSeesWhatTheOthersWrote(int size) {
    int[] values = new int[size];
    int[] sums = new int[size];
    try (Team team = new Team(size)) {
      team.run(
          member -> {
            see();
            for (int i = 1; i <= 200; i++) {
              values[member] = i;
              team.await();
              sums[member] += Arrays.stream(values).sum();
              team.await();
            }
          });
    }
    assertTrue(Arrays.stream(sums).allMatch(n -> n == size * 20_100), Arrays.toString(sums));
  }

  @Test
  void aFailureOfAHelperSurfacesAndEndsTheOthers() {
    Error failure = new StackOverflowError("of a helper");
    try (Team team = new Team(3)) {
      team.run(member -> see());
      Exception thrown =
          assertThrows(
              IllegalStateException.class,
              () ->
                  team.run(
                      member -> {
                        if (member == 1) {
                          throw failure;
                        }
                        team.await();
                      }));
      assertSame(failure, thrown.getCause());
    }
  }

  @Test
  void aFailureOfTheCallerEndsTheHelpers() {
    IllegalArgumentException failure = new IllegalArgumentException("of the caller");
    try (Team team = new Team(3)) {
      team.run(member -> see());
      Exception thrown =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  team.run(
                      member -> {
                        if (member == 0) {
                          throw failure;
                        }
                        team.await();
                      }));
      assertSame(failure, thrown);
    }
  }

  @Test
  void aTeamThatNeverWorkedIsClosedToo() {
    Set<Thread> others = helpers();
    try (Team team = new Team(4)) {
      seen.addAll(helpers());
      seen.removeAll(others);
      assertEquals(team.size() - 1, seen.size());
    }
  }

  /** The helpers of all teams there are. */
  private static Set<Thread> helpers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("epochflow-team-"))
        .collect(Collectors.toSet());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  void theMembersSharesMakeTheWhole(int size) {
    try (Team team = new Team(size)) {
      for (int member = 0; member < size; member++) {
        assertEquals(new Share(member, size), team.share(member));
      }
    }
  }

  @Test
  void anInterruptIsKeptForTheCaller() throws InterruptedException {
    CountDownLatch closed = new CountDownLatch(1);
    Thread caller =
        new Thread(
            () -> {
              try (Team team = new Team(2)) {
                team.run(member -> see());
                Thread.currentThread().interrupt();
                team.run(member -> see());
              }
              if (Thread.currentThread().isInterrupted()) {
                closed.countDown();
              }
            });
    caller.start();
    closed.await();
    caller.join();
  }
}
