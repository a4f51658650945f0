package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of several programs that are started at once on one folder, one works. */
class CrowdIT {
  private static final int CROWD = 5;
  private final Path folder;
  private final Program program;

  CrowdIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "tune --tune=learningRate=0.01,0.001", "crossvalidate"})
  void oneWorksAndTheOthersEndAtOnce(String verb) throws Exception {
    Data.write(folder.resolve("data"), 900, 60, 3, 9, 7);
    String command = verb + " --data=data --classes=3 --quiet --epochs=100000 --output=out";
    Running first = program.start(command.split(" ", -1));
    first.await(folder.resolve("out"), ".lease");
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
    }
    assertEquals(137, first.kill().exit(), "Expected the first to be at work still");
  }
}
