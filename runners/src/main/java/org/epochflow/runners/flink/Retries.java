package org.epochflow.runners.flink;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.epochflow.runners.flink.FlinkClusterException.JobLost;
import org.epochflow.runners.flink.FlinkClusterException.Unreachable;

/**
 * Runs lost jobs again and repeats unanswered questions, each up to a limit.
 *
 * <p>The pause between two questions doubles from 0.5 s to 15 s. The pauses before a job runs again
 * are 5 s, 15 s, 45 s and so on: Flink then has time to notice that a worker is gone, which takes
 * 50 s with the default heartbeats.
 */
public final class Retries {
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 15_000;
  private static final long FIRST_LOSS_MILLIS = 5000;
  private final int attempts;
  private final Duration silence;
  private final Consumer<String> notices;
  private final Time time;

  /** A question to the cluster. */
  interface Question<T> {
    T ask() throws IOException;
  }

  /** One attempt at a job. */
  interface Attempt {
    void run(int number) throws IOException;
  }

  /** A clock that never jumps, and a way to wait. */
  interface Time {
    /** Nanoseconds since some fixed moment. */
    long nanos();

    void sleep(long millis) throws InterruptedException;
  }

  /**
   * Retries by the machine's clock.
   *
   * @param attempts how many times a lost job runs again
   * @param silence how long the JobManager may give no answer
   * @param notices receives one line for each event that a user should know about
   */
  public Retries(int attempts, Duration silence, Consumer<String> notices) {
    this(
        attempts,
        silence,
        notices,
        new Time() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public void sleep(long millis) throws InterruptedException {
            Thread.sleep(millis);
          }
        });
  }

  Retries(int attempts, Duration silence, Consumer<String> notices, Time time) {
    this.attempts = attempts;
    this.silence = silence;
    this.notices = notices;
    this.time = time;
  }

  /**
   * Runs a job until Flink does not lose it.
   *
   * @param attempt is given the attempt's number, from 1
   * @throws FlinkClusterException after the last attempt
   */
  void run(String name, Attempt attempt) throws IOException {
    for (int number = 1; ; number++) {
      try {
        attempt.run(number);
        return;
      } catch (JobLost e) {
        if (number > attempts) {
          throw new FlinkClusterException(
              String.format(
                  Locale.ROOT,
                  "%s was lost %d times (--epochRetries), the last time: %s",
                  name,
                  number,
                  e.getMessage()),
              e);
        }
        say("%s; running %s again".formatted(e.getMessage(), name));
        sleep(FIRST_LOSS_MILLIS * (long) Math.pow(3, number - 1.0));
      }
    }
  }

  /**
   * Asks until there is an answer.
   *
   * @throws FlinkClusterException where there is none for too long
   */
  <T> T persist(Question<T> question) throws IOException {
    long end = time.nanos() + silence.toNanos();
    for (long pause = FIRST_PAUSE_MILLIS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      try {
        T answer = question.ask();
        answered(pause);
        return answer;
      } catch (JobLost e) {
        answered(pause);
        throw e;
      } catch (Unreachable e) {
        if (time.nanos() + Duration.ofMillis(pause).toNanos() - end > 0) {
          throw new FlinkClusterException(
              String.format(
                  Locale.ROOT,
                  "%s, for %d minutes (--retryMinutes)",
                  e.getMessage(),
                  silence.toMinutes()),
              e);
        }
        if (pause == FIRST_PAUSE_MILLIS) {
          say(
              String.format(
                  Locale.ROOT,
                  "%s; asking again for up to %d minutes",
                  e.getMessage(),
                  silence.toMinutes()));
        }
        sleep(pause);
      }
    }
  }

  private void answered(long pause) {
    if (pause > FIRST_PAUSE_MILLIS) {
      say("Flink answers again");
    }
  }

  void say(String notice) {
    notices.accept(notice);
  }

  void sleep(long millis) throws FlinkClusterException {
    try {
      time.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkClusterException("Interrupted", e);
    }
  }
}
