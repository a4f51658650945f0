package org.epochflow.runners.direct;

import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.beam.sdk.PipelineResult;
import org.epochflow.pipeline.execute.Execution;

/**
 * Requires that the DirectRunner's threads work while a pipeline runs. An error that one of them
 * cannot report, for want of memory, ends its piece of work without a trace, and the runner waits
 * for it for ever: its threads then wait for work, or drive a pipeline that has none. Between two
 * pieces of work they do so too, but not whenever somebody looks.
 */
final class Workers implements Execution.Watch {
  private static final String THREADS = "direct-runner-worker";
  private static final String WORK = "org.apache.beam.runners.direct.DirectTransformExecutor";
  private static final long EVERY_NANOS = 250_000_000;
  private static final int MOST_IDLE = 240;

  private final Execution.Watch next;
  private final int mostIdle;
  private long looked = System.nanoTime();
  private int idle;

  /** Gives up after a minute without work. */
  Workers(Execution.Watch next) {
    this(next, MOST_IDLE);
  }

  /**
   * @param next looks first
   * @param mostIdle how many times in a row the threads may be idle
   */
  Workers(Execution.Watch next, int mostIdle) {
    this.next = next;
    this.mostIdle = mostIdle;
  }

  @Override
  public CompletableFuture<?> work() {
    return next.work();
  }

  @Override
  public void look(PipelineResult result) throws IOException {
    next.look(result);
    long now = System.nanoTime();
    if (now - looked < EVERY_NANOS || result.getState().isTerminal()) {
      return;
    }
    looked = now;
    idle = areAtWork() ? 0 : idle + 1;
    if (idle > mostIdle) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Expected the DirectRunner to work, found its threads idle in %d looks",
              idle));
    }
  }

  /** Whether any of them does a piece of work, of this pipeline or of another one. */
  private static boolean areAtWork() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals(THREADS))
        .flatMap(thread -> Arrays.stream(thread.getValue()))
        .anyMatch(call -> call.getClassName().equals(WORK));
  }
}
