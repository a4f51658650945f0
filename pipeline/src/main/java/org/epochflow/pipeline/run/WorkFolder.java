package org.epochflow.pipeline.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.epochflow.pipeline.store.Storage;

/**
 * A folder within an output folder for files that nobody keeps. It goes when it is closed, also
 * where the process is asked to end. One that a killed process left on this machine goes when the
 * next is made.
 */
final class WorkFolder implements AutoCloseable {
  private static final String NAME = ".epochflow-";
  private static final Pattern OWNED = Pattern.compile("\\.epochflow-(\\d+)-.*");
  private final String output;
  private final String path;
  private final Thread hook = new Thread(this::removeQuietly, "remove-work-folder");

  private WorkFolder(String output) {
    this.output = output;
    path = output + "/" + NAME + ProcessHandle.current().pid() + "-" + UUID.randomUUID();
  }

  /** Names one; the folder comes with its first file. */
  static WorkFolder in(String output) throws IOException {
    if (!output.contains("://") && Files.isDirectory(Path.of(output))) {
      removeAbandoned(Path.of(output));
    }
    WorkFolder folder = new WorkFolder(output);
    Runtime.getRuntime().addShutdownHook(folder.hook);
    return folder;
  }

  private static void removeAbandoned(Path output) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(output, NAME + "*")) {
      for (Path folder : folders) {
        Matcher owner = OWNED.matcher(String.valueOf(folder.getFileName()));
        if (owner.matches() && ProcessHandle.of(Long.parseLong(owner.group(1))).isEmpty()) {
          Storage.deleteAll(folder.toString());
        }
      }
    }
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
