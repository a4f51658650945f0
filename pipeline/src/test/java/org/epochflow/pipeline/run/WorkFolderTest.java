package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.epochflow.pipeline.store.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@link WorkFolder}. */
class WorkFolderTest {
  @Test
  void itGoesWithWhatDeadProcessesLeftAndLeavesOthers(@TempDir Path output) throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    long alive = ProcessHandle.current().pid();
    Storage.writeText(output + "/.epochflow-" + ended.pid() + "-a/data/part", "abandoned");
    Storage.writeText(output + "/.epochflow-" + alive + "-a/part", "another's");
    Storage.writeText(output + "/kept", "a result");
    try (WorkFolder folder = WorkFolder.in(output.toString())) {
      Storage.writeText(folder.path() + "/part", "ours");
      assertEquals(3, names(output).size());
    }
    assertEquals(List.of(".epochflow-" + alive + "-a", "kept"), names(output));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
