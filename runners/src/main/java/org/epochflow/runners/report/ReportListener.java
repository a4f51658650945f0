package org.epochflow.runners.report;

import java.io.IOException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.run.DataSummary;
import org.epochflow.pipeline.run.RunFolder;
import org.epochflow.pipeline.run.TrainingListener;
import org.jspecify.annotations.Nullable;

/**
 * Writes a run's {@code report.html} on a thread of its own, after an epoch but at most every two
 * seconds, and at the end. Training never waits for it, and a page that cannot be written is a
 * warning.
 */
public final class ReportListener implements TrainingListener, AutoCloseable {
  private static final long EVERY_MILLIS = 2000;
  private final RunFolder folder;
  private final Consumer<String> warnings;
  private final ScheduledExecutorService writer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "report");
            thread.setDaemon(true);
            return thread;
          });
  private final AtomicReference<@Nullable TrainingState> newest = new AtomicReference<>();

  public ReportListener(RunFolder folder, Consumer<String> warnings) {
    this.folder = folder;
    this.warnings = warnings;
    var unused =
        writer.scheduleWithFixedDelay(this::writeNewest, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void began(TrainingState state, DataSummary data) {
    newest.set(state);
  }

  @Override
  public void epochEnded(TrainingState state) {
    newest.set(state);
  }

  private void writeNewest() {
    TrainingState state = newest.getAndSet(null);
    if (state != null) {
      write(state, true);
    }
  }

  private void write(TrainingState state, boolean running) {
    try {
      ReportedRun.of(folder).write(state, running);
    } catch (IOException | RuntimeException e) {
      warnings.accept("The report could not be written: " + e);
    }
  }

  /** Writes the page of a run that has ended, and returns when it is there. */
  public void ended(TrainingState state) {
    close();
    write(state, false);
  }

  /** Ends the thread; a write that has begun is finished. */
  @Override
  public void close() {
    writer.shutdown();
    try {
      writer.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
