package org.epochflow.runners.report;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes a page again and again while the work continues: on a thread of its own, at most every two
 * seconds. A caller never waits. A failed write, even for want of memory, is a warning, the first
 * time.
 */
final class PageWriter implements AutoCloseable {
  private static final long EVERY_MILLIS = 2000;

  /** Writes the page in its state at that moment. */
  @FunctionalInterface
  interface Write {
    void run() throws IOException;
  }

  private final Consumer<String> warnings;
  private final AtomicBoolean failed = new AtomicBoolean();
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

  /** Writes the page soon, unless a newer one is offered first. */
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
    } catch (IOException | RuntimeException | Error e) {
      if (!failed.getAndSet(true)) {
        warnings.accept("Could not write the report: " + e);
      }
    }
  }

  /** Writes the page for the last time, and returns when it is written. */
  void last(Write page) {
    close();
    write(page);
  }

  /** Ends the thread after the current write. */
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
