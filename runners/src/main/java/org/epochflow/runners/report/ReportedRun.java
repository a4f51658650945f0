package org.epochflow.runners.report;

import java.io.IOException;
import java.util.List;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataSet;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;

/**
 * A run with a page.
 *
 * @param title the title of the page
 * @param data the data set of the run
 * @param evaluated samples of the examples that evaluate its best model
 */
public record ReportedRun(String title, RunFolder folder, DataSet data, List<Sample> evaluated) {
  public ReportedRun {
    evaluated = List.copyOf(evaluated);
  }

  /** Returns a run with a data set of its own. */
  static ReportedRun of(RunFolder folder) throws IOException {
    DataSet data = DataSet.read(folder.manifest());
    String name = folder.path().replaceFirst(".*/", "");
    return new ReportedRun(name, folder, data, data.test().samples());
  }

  /** Writes the page of a run that has ended. */
  public void write(TrainingState state) throws IOException {
    write(state, false);
  }

  /**
   * Writes the page.
   *
   * @param running whether the run continues, so that the page updates itself
   */
  void write(TrainingState state, boolean running) throws IOException {
    Storage.writeText(folder.report(), RunPage.of(state, this, running).html());
  }
}
