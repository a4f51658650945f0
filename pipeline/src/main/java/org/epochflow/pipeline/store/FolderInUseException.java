package org.epochflow.pipeline.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A folder cannot take the files of a new run or evaluation; the message says why. */
public final class FolderInUseException extends IOException {
  private static final long serialVersionUID = 1L;

  public FolderInUseException(String message) {
    super(message);
  }

  FolderInUseException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * Refuses a folder that has one of these files, or anything in one of these folders.
   *
   * @param whose the files that are to go there, for the message
   */
  public static void requireFree(
      String path, String whose, List<String> files, List<String> folders) throws IOException {
    List<String> taken = new ArrayList<>();
    for (String file : files) {
      if (Storage.exists(path + "/" + file)) {
        taken.add(path + "/" + file);
      }
    }
    for (String folder : folders) {
      taken.addAll(Storage.tree(path + "/" + folder));
    }
    if (!taken.isEmpty()) {
      throw new FolderInUseException(
          "Expected an output folder where %s can go, found %s".formatted(whose, taken.get(0)));
    }
  }
}
