package org.epochflow.pipeline.run;

import java.io.IOException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PrepareData;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.execute.Execution;

/** A look at a data set that is read and counted for it alone. */
public final class DataLook {
  /** As many classes as a byte can label: a first look does not know them yet. */
  private static final int ALL_LABELS = 256;

  private DataLook() {}

  /** What is made of the data while it is there. */
  @FunctionalInterface
  public interface Look<T> {
    T at(PreparedData data) throws IOException;
  }

  /** As the other, of data all of which can be used. */
  public static <T> T take(Execution execution, DataFiles files, String folder, Look<T> look)
      throws IOException {
    return take(execution, files, RejectionBudget.NONE, folder, look);
  }

  /**
   * Reads the files, takes the look, and removes the unpacked files.
   *
   * @param maxRejected how many examples may be left out
   * @param folder a folder with enough room that every worker can reach
   */
  public static <T> T take(
      Execution execution,
      DataFiles files,
      RejectionBudget maxRejected,
      String folder,
      Look<T> look)
      throws IOException {
    try (WorkFolder own = WorkFolder.in(folder)) {
      String work = own.path();
      return look.at(
          new PrepareData(files, ALL_LABELS, work).read(execution, maxRejected, counted -> {}));
    }
  }
}
