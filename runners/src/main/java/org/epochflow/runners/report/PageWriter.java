package org.epochflow.runners.report;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a page anew while what it tells of goes on: on a thread of its own, and at most every two
 * seconds. Who offers never waits, and a page that cannot be written is a warning.
 */
final class PageWriter implements AutoCloseable {
  private static final long EVERY_MILLIS = 2000;

  /** Writes the page as it is to be then. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  private final Consumer<String> warnings;
  private final AtomicReference<@Nullable Write> newest = new AtomicReference<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "report");
            thread.setDaemon(true);
            return thread;
          });

  PageWriter(Consumer<String> warnings) {
    this.warnings = warnings;
    var unused =
        thread.scheduleWithFixedDelay(this::writeNewest, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Has the page written soon, unless a newer one is offered before. */
  void offer(Write newer) {
    newest.set(newer);
  }

  private void writeNewest() {
    Write offered = newest.getAndSet(null);
    if (offered != null) {
      write(offered);
    }
  }

  private void write(Write page) {
    try {
      page.run();
    } catch (IOException | RuntimeException e) {
      warnings.accept("The report could not be written: " + e);
    }
  }

  /** Writes the page for the last time, and returns when it is there. */
  void last(Write page) {
    close();
    write(page);
  }

  /** Ends the thread; a write that has begun is finished. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      thread.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
