package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests {@link WorkFolder}. */
class WorkFolderTest {
  @Test
  void itGoesAndLeavesOthers(@TempDir Path output) throws Exception {
    Storage.writeText(output + "/.epochflow-a/part", "another's");
    Storage.writeText(output + "/kept", "a result");
    try (WorkFolder folder = WorkFolder.in(output.toString())) {
      Storage.writeText(folder.path() + "/part", "ours");
      assertEquals(3, names(output).size());
    }
    assertEquals(List.of(".epochflow-a", "kept"), names(output));
  }

  @Test
  void whoeverHasTheLeaseRemovesWhatKilledProcessesLeft(@TempDir Path output) throws Exception {
    Storage.writeText(output + "/.epochflow-a/data/part", "abandoned");
    Storage.writeText(output + "/kept", "a result");
    try (Lease lease = Lease.ofFolder(output.toString());
        WorkFolder folder = WorkFolder.in(output.toString(), lease)) {
      assertEquals(List.of(".lease", "kept"), names(output));
      assertTrue(Files.notExists(Path.of(folder.path())));
    }
    assertEquals(List.of("kept"), names(output));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
