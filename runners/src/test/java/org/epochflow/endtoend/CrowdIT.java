package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of several programs that are started at once on one folder, one works. */
class CrowdIT {
  private static final int CROWD = 5;
  private final Path folder;
  private final Program program;

  CrowdIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  @Test
  void oneTrainsAndTheOthersEndAndItsRunIsWhole() throws Exception {
    String training = "train --quiet --model=mlp --batchSize=8 --epochs=3 --output=";
    program.run((training + "alone").split(" ", -1)).done();
    oneOf(training + "together");
    assertEquals(Same.of(folder.resolve("alone")), Same.of(folder.resolve("together")));
  }

  @Test
  void oneTunes() throws Exception {
    oneOf(
        "tune --quiet --model=mlp --batchSize=8 --epochs=2 --tune=learningRate=0.01,0.001"
            + " --output=tuned");
  }

  private void oneOf(String command) throws Exception {
    Running first = program.start(command.split(" ", -1));
    first.await(folder.resolve(command.replaceFirst(".*--output=", "")), ".lease");
    List<Running> others = new ArrayList<>();
    for (int i = 1; i < CROWD; i++) {
      others.add(program.start((command + " --resume").split(" ", -1)));
    }
    for (Running other : others) {
      String refusal = other.end().refusal(1);
      assertTrue(
          refusal.matches(
              String.format(
                  Locale.ROOT,
                  "epochflow: Expected to be alone at work here, found process %d on .* since .*",
                  first.process().pid())),
          refusal);
      assertTrue(first.process().isAlive(), "Expected the others to end at once");
    }
    Output done = first.end();
    assertEquals(0, done.exit(), done::toString);
  }
}
