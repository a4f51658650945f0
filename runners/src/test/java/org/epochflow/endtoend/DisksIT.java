package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that are full, cannot be written, or lose the folder of a run. */
class DisksIT {
  private static final String TRAINING =
      "train --quiet --resume --data=data --classes=3 --model=mlp --batchSize=8 --epochs=3 --output=";
  private final Path folder;
  private final Path disk;
  private final Program program;

  DisksIT(@TempDir Path folder) throws Exception {
    this.folder = folder;
    disk = Files.createDirectory(folder.resolve("disk"));
    program = new Program(folder);
    Data.write(folder.resolve("data"), 900, 60, 3, 9, 7);
  }

  /** Mounts a small disk, or skips the test for want of the right to. */
  private void mount(String options) throws Exception {
    assumeTrue(
        exit("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()) == 0,
        "Only root may mount a disk");
  }

  private void remount(String options) throws Exception {
    assertEquals(0, exit("mount", "-o", "remount," + options, disk.toString()));
  }

  private static int exit(String... words) throws Exception {
    try {
      return new ProcessBuilder(words).redirectErrorStream(true).start().waitFor();
    } catch (IOException noSuchProgram) {
      return -1;
    }
  }

  @AfterEach
  void unmount() throws Exception {
    exit("umount", disk.toString());
  }

  @Test
  void aFullDiskEndsARunThatContinuesWhenThereIsRoom() throws Exception {
    program.run((TRAINING + "whole").split(" ", -1)).done();
    long bytes = 0;
    try (var files = Files.walk(folder.resolve("whole"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += Files.size(file);
      }
    }
    mount("size=" + bytes / 4);
    for (int quarters = 1; quarters <= 4; quarters++) {
      remount("size=" + bytes * quarters / 4);
      Output output = program.run((TRAINING + "disk/run").split(" ", -1));
      assertEquals(1, output.exit(), output::toString);
      assertTrue(output.err().contains("epochflow: No space left on device"), output.err());
    }
    remount("size=100m");
    program.run((TRAINING + "disk/run").split(" ", -1)).done();
    assertEquals(Same.of(folder.resolve("whole")), Same.of(folder.resolve("disk/run")));
  }

  @Test
  void aDiskThatCannotBeWrittenIsRefused() throws Exception {
    mount("ro");
    String refusal = program.run((TRAINING + "disk/run").split(" ", -1)).refusal(2);
    assertTrue(refusal.contains("Expected an output folder that can be written"), refusal);
  }

  @Test
  void aFolderThatVanishesEndsTheRun() throws Exception {
    Running running = program.start((TRAINING + "run").split(" ", -1));
    running.await(folder.resolve("run/checkpoints"), "epoch-00001.keras");
    exit("rm", "-rf", folder.resolve("run").toString());
    Output output = running.end();
    assertTrue(List.of(1, 2).contains(output.exit()), output::toString);
    assertTrue(output.err().contains(folder.resolve("run").toString()), output.err());
    assertFalse(output.err().contains("an error of the program itself"), output.err());
    exit("rm", "-rf", folder.resolve("run").toString());
    program.run((TRAINING + "run").split(" ", -1)).done();
    assertEquals(
        List.of("3"),
        List.of(new RunFiles(folder.resolve("run")).metrics().get("epochs").asText()));
  }
}
