package org.epochflow.pipeline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.epochflow.model.train.SplitRule;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.Records;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Progress is shown where it can be, and decides nothing. */
final class ReplicaProgressTest {
  private final Path folder;

  ReplicaProgressTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private EpochPlan plan() {
    return new EpochPlan(
        SmallNetworks.config(1, new SplitRule(0.3, true)),
        ReplicaThreads.EVEN,
        0,
        Records.NONE,
        "manifest",
        0,
        folder.toString(),
        "hash",
        false);
  }

  @Test
  void whatTheReplicasHaveDoneIsAddedUp() {
    new ReplicaProgress(plan(), 0, 0).accept(1);
    new ReplicaProgress(plan(), 1, 0).accept(1);
    new ReplicaProgress(plan(), 1, 0).accept(2);
    assertEquals(3, TrainEpoch.examplesDone(plan()));
  }

  @Test
  void aFileThatCannotBeReadIsNoFailure() throws IOException {
    Files.createDirectories(folder.resolve("progress"));
    Files.writeString(folder.resolve("progress/round-0-replica-0.done"), "");
    assertEquals(0, TrainEpoch.examplesDone(plan()));
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoFailure() throws IOException {
    Files.writeString(folder.resolve("progress"), "in the way");
    new ReplicaProgress(plan(), 0, 0).accept(1);
    assertEquals(0, TrainEpoch.examplesDone(plan()));
  }
}
