package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of runs without a name. */
class OutputFolderTest {
  private final Path folder;

  OutputFolderTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void numbersGoUpWhateverTheModel() throws IOException {
    Path runs = folder.resolve("runs");
    assertEquals(runs.resolve("0001-softmax"), OutputFolder.next(runs, "softmax"));
    assertEquals(runs.resolve("0002-mlp"), OutputFolder.next(runs, "mlp"));
    Files.createDirectory(runs.resolve("0041-cnn"));
    Files.createDirectory(runs.resolve("notes"));
    assertEquals(runs.resolve("0042-my-net"), OutputFolder.next(runs, "models/my net.keras"));
  }

  @Test
  void onlyAnEmptyFolderIsDiscarded() throws IOException {
    Path empty = OutputFolder.next(folder, "softmax");
    Path used = OutputFolder.next(folder, "softmax");
    Files.createFile(used.resolve("config.json"));
    OutputFolder.discardIfEmpty(empty);
    OutputFolder.discardIfEmpty(used);
    assertFalse(Files.exists(empty));
    assertTrue(Files.exists(used));
  }
}
