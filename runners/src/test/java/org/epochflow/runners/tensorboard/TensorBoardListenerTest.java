package org.epochflow.runners.tensorboard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@link TensorBoardListener}. */
class TensorBoardListenerTest {
  @Test
  void runsOfTheSameNameKeepFoldersOfTheirOwn(@TempDir Path board) throws IOException {
    assertEquals(board.resolve("run"), folderOf("/a/run", board));
    assertEquals(board.resolve("run-2"), folderOf("/b/run", board));
    assertEquals(board.resolve("run"), folderOf("/a/run", board));
    assertEquals(board.resolve("run-2"), folderOf("/b/run", board));
  }

  @Test
  void aFolderOfAnotherProgramIsLeftAlone(@TempDir Path board) throws IOException {
    Files.createDirectory(board.resolve("run"));
    assertEquals(board.resolve("run-2"), folderOf("/a/run", board));
  }

  private static Path folderOf(String run, Path board) throws IOException {
    return new TensorBoardListener(board, run, warning -> {}).ownFolder();
  }
}
