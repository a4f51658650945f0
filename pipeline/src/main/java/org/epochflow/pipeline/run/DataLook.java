package org.epochflow.pipeline.run;

import java.io.IOException;
import java.util.UUID;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PrepareData;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.store.Storage;

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

  /**
   * Reads the files, takes the look, and removes the unpacked files.
   *
   * @param folder a folder with enough room that every worker can reach
   */
  public static <T> T take(Execution execution, DataFiles files, String folder, Look<T> look)
      throws IOException {
    String work = folder + "/.epochflow-" + UUID.randomUUID();
    try {
      return look.at(
          new PrepareData(files, ALL_LABELS, work)
              .read(execution, RejectionBudget.NONE, counted -> {}));
    } finally {
      Storage.deleteAll(work);
      Storage.deleteIfEmpty(folder);
    }
  }
}
