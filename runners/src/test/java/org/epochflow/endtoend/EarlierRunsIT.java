package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that an earlier version began, whose files name no optimiser, end as it would have. */
class EarlierRunsIT {
  private static final Path RUNS = Program.ROOT.resolve("testdata/earlier-runs");

  @ParameterizedTest
  @CsvSource({
    "local-adam, 6d767ab623884990b01e46d7f09418d6e06a428afad666248db22c2c870dd1a8",
    "server-adam, f347ab29a11ec4fd0a736c26281aca55fbf6f76272ab585da1201a5f85122674",
  })
  void resumedTheyEndAtTheSameBits(String strategy, String sha256, @TempDir Path folder)
      throws Exception {
    Path run = folder.resolve("run");
    Files.createDirectories(run.resolve("checkpoints"));
    for (String file : new String[] {"config.json", "checkpoints/epoch-00001.keras"}) {
      Files.copy(RUNS.resolve(strategy).resolve(file), run.resolve(file));
    }
    new Program(folder)
        .run("train", "--resume", "--data=" + Program.MINI, "--output=" + run)
        .done();
    assertEquals(sha256, new RunFiles(run).sha256());
  }
}
