package org.epochflow.runners.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.epochflow.pipeline.execute.PipelineFailedException;
import org.epochflow.runners.flink.FlinkClusterException.JobLost;
import org.epochflow.runners.flink.FlinkClusterException.Unreachable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@link Retries} on a clock that moves only when somebody sleeps. */
final class RetriesTest {
  private static final Duration SILENCE = Duration.ofMinutes(10);
  private final List<String> notices = new ArrayList<>();
  private final List<Long> pauses = new ArrayList<>();
  private long now = Long.MAX_VALUE - 1; // System.nanoTime() may overflow too

  private final Retries.Time time =
      new Retries.Time() {
        @Override
        public long nanos() {
          return now;
        }

        @Override
        public void sleep(long millis) {
          pauses.add(millis);
          now += Duration.ofMillis(millis).toNanos();
        }
      };

  private Retries retries(int attempts) {
    return new Retries(attempts, SILENCE, notices::add, time);
  }

  /** A cluster that is silent for some questions, then answers. */
  private static Retries.Question<String> silentFor(int questions) {
    int[] asked = {0};
    return () -> {
      if (asked[0]++ < questions) {
        throw new Unreachable("No answer", null);
      }
      return "answer";
    };
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void aJobThatIsAlwaysLostRunsOnceAndThenAsOftenAsAllowed(int attempts) {
    List<Integer> ran = new ArrayList<>();
    FlinkClusterException failure =
        assertThrows(
            FlinkClusterException.class,
            () ->
                retries(attempts)
                    .run(
                        "epoch 2",
                        number -> {
                          ran.add(number);
                          throw new JobLost("Flink lost attempt " + number, null);
                        }));
    assertEquals(List.of(1, 2, 3, 4).subList(0, attempts + 1), ran);
    assertEquals(List.of(5_000L, 15_000L, 45_000L).subList(0, attempts), pauses);
    assertEquals(attempts, notices.size());
    assertEquals(
        String.format(
            Locale.ROOT,
            "epoch 2 was lost %1$d times (--epochRetries), the last time: Flink lost attempt %1$d",
            attempts + 1),
        failure.getMessage());
  }

  @Test
  void aJobThatSucceedsIsNotRunAgain() throws IOException {
    List<Integer> ran = new ArrayList<>();
    retries(3)
        .run(
            "epoch 2",
            number -> {
              ran.add(number);
              if (number < 3) {
                throw new JobLost("Flink lost it", null);
              }
            });
    assertEquals(List.of(1, 2, 3), ran);
    assertEquals(
        List.of("Flink lost it; running epoch 2 again", "Flink lost it; running epoch 2 again"),
        notices);
  }

  @Test
  void workThatFailsIsNotRunAgain() {
    List<Integer> ran = new ArrayList<>();
    assertThrows(
        PipelineFailedException.class,
        () ->
            retries(3)
                .run(
                    "epoch 2",
                    number -> {
                      ran.add(number);
                      throw PipelineFailedException.of("epoch 2", new ArithmeticException());
                    }));
    assertEquals(List.of(1), ran);
    assertEquals(List.of(), notices);
  }

  @Test
  void anAnswerAtOnceIsNoNews() throws IOException {
    assertEquals("answer", retries(0).persist(silentFor(0)));
    assertEquals(List.of(), notices);
    assertEquals(List.of(), pauses);
  }

  @Test
  void pausesDoubleUpToALimitAndTwoLinesTellOfTheSilence() throws IOException {
    assertEquals("answer", retries(0).persist(silentFor(7)));
    assertEquals(List.of(500L, 1000L, 2000L, 4000L, 8000L, 15_000L, 15_000L), pauses);
    assertEquals(
        List.of("No answer; asking again for up to 10 minutes", "Flink answers again"), notices);
  }

  @Test
  void silenceIsBorneForItsLimitAndNoLonger() {
    FlinkClusterException failure =
        assertThrows(
            FlinkClusterException.class, () -> retries(0).persist(silentFor(Integer.MAX_VALUE)));
    assertEquals("No answer, for 10 minutes (--retryMinutes)", failure.getMessage());
    Duration waited = Duration.ofMillis(pauses.stream().mapToLong(Long::longValue).sum());
    assertTrue(waited.compareTo(SILENCE) <= 0, waited::toString);
    assertTrue(waited.compareTo(SILENCE.minusSeconds(15)) > 0, waited::toString);
  }

  @Test
  void eachQuestionHasTheWholeLimit() throws IOException {
    Retries retries = retries(0);
    for (int question = 0; question < 3; question++) {
      assertEquals("answer", retries.persist(silentFor(42)));
    }
  }

  @Test
  void aLostJobIsAnAnswer() {
    int[] asked = {0};
    assertThrows(
        JobLost.class,
        () ->
            retries(3)
                .persist(
                    () -> {
                      if (asked[0]++ == 0) {
                        throw new Unreachable("No answer", null);
                      }
                      throw new JobLost("Unknown job", null);
                    }));
    assertEquals(2, asked[0]);
    assertEquals("Flink answers again", notices.get(1));
  }

  @Test
  void anInterruptionEndsTheWaitAndIsKept() {
    Retries retries = new Retries(0, SILENCE, notices::add);
    Thread.currentThread().interrupt();
    assertThrows(FlinkClusterException.class, () -> retries.persist(silentFor(1)));
    assertTrue(Thread.interrupted());
  }
}
