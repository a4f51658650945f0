package org.epochflow.pipeline.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.Storage;

/**
 * A folder within an output folder for files that nobody keeps. It goes when it is closed, also
 * where the process is asked to end.
 */
final class WorkFolder implements AutoCloseable {
  private static final String NAME = ".epochflow-";
  private final String output;
  private final String path;
  private final Thread hook = new Thread(this::removeQuietly, "remove-work-folder");

  private WorkFolder(String output) {
    this.output = output;
    path = output + "/" + NAME + UUID.randomUUID();
  }

  /** Names one; the folder comes with its first file. */
  static WorkFolder in(String output) {
    WorkFolder folder = new WorkFolder(output);
    Runtime.getRuntime().addShutdownHook(folder.hook);
    return folder;
  }

  /**
   * Names one, and removes what killed processes left in the output folder.
   *
   * @param lease of the output folder: no other process works there
   */
  static WorkFolder in(String output, Lease lease) throws IOException {
    lease.requireHeld();
    List<String> paths = Storage.list(output);
    Storage.deleteUnfinished(paths);
    for (String path : paths) {
      if (Storage.name(path).startsWith(NAME)) {
        Storage.deleteAll(path);
      }
    }
    return in(output);
  }

  String path() {
    return path;
  }

  private void remove() throws IOException {
    Storage.deleteAll(path);
    Storage.deleteIfEmpty(output);
  }

  private void removeQuietly() {
    try {
      remove();
    } catch (IOException | UncheckedIOException e) {
      // The process ends while others of its threads still write; the next command removes the
      // rest.
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // The process is going down: the hook removes it.
    }
    remove();
  }
}
