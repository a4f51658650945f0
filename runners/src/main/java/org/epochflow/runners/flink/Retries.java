package org.epochflow.runners.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.epochflow.runners.flink.FlinkClusterException.JobLost;
import org.epochflow.runners.flink.FlinkClusterException.Unreachable;

/**
 * How long a driver goes on where the cluster does not.
 *
 * @param attempts how often a job that was lost is run again
 * @param silence how long a JobManager may be away
 * @param notices is told what happens
 */
public record Retries(int attempts, Duration silence, Consumer<String> notices) {
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 15_000;
  private static final long FIRST_LOSS_MILLIS = 5000;

  /** A question to the cluster. */
  interface Question<T> {
    T ask() throws IOException;
  }

  /** Asks again, with growing pauses, while there is no answer. */
  <T> T persist(Question<T> question) throws IOException {
    long end = System.nanoTime() + silence.toNanos();
    for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      try {
        T answer = question.ask();
        answered(pause);
        return answer;
      } catch (JobLost e) {
        answered(pause);
        throw e;
      } catch (Unreachable e) {
        if (System.nanoTime() + Duration.ofMillis(pause).toNanos() > end) {
          throw new FlinkClusterException(
              "%s, for %d minutes (--retryMinutes)".formatted(e.getMessage(), silence.toMinutes()),
              e);
        }
        if (pause == FIRST_PAUSE_MILLIS) {
          notices.accept(
              "%s; asking again for up to %d minutes"
                  .formatted(e.getMessage(), silence.toMinutes()));
        }
        sleep(pause);
      }
    }
  }

  private void answered(long pause) {
    if (pause > FIRST_PAUSE_MILLIS) {
      notices.accept("Flink answers again");
    }
  }

  /**
   * Leaves Flink time to see that a worker is gone: with the default heartbeats, a minute in all.
   */
  void pauseAfter(int attempt) throws FlinkClusterException {
    sleep(FIRST_LOSS_MILLIS * (long) Math.pow(3, attempt - 1.0));
  }

  static void sleep(long millis) throws FlinkClusterException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkClusterException("Interrupted", e);
    }
  }
}
