package org.epochflow.runners.report;

import java.io.IOException;
import java.util.function.Consumer;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataSummary;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.store.RunFolder;

/** Keeps a run's {@code report.html} up to date, by a {@link PageWriter}. */
public final class ReportListener implements TrainingListener, AutoCloseable {
  private final RunFolder folder;
  private final PageWriter writer;

  public ReportListener(RunFolder folder, Consumer<String> warnings) {
    this.folder = folder;
    writer = new PageWriter(warnings);
  }

  @Override
  public void began(TrainingState state, DataSummary data) {
    epochEnded(state);
  }

  @Override
  public void epochEnded(TrainingState state) {
    writer.offer(() -> write(state, true));
  }

  private void write(TrainingState state, boolean running) throws IOException {
    ReportedRun.of(folder).write(state, running);
  }

  /** Writes the page of a run that has ended, and returns when it is written. */
  public void ended() {
    writer.last(() -> write(folder.latest(), false));
  }

  @Override
  public void close() {
    writer.close();
  }
}
