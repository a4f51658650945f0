package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The driver, a TaskManager and the JobManager of a training on Flink are killed in turn, at random
 * moments; the result has the same bytes.
 *
 * <p>{@code -Dkills.flink=3} is how many kills there are; {@code -Dkills.seed} changes the moments.
 */
class FlinkKillIT {
  private static final int KILLS = Integer.getInteger("kills.flink", 3);
  private static final long SEED = Long.getLong("kills.seed", 1);
  private static final List<String> PROCESSES = List.of("driver", "taskmanager-1", "jobmanager");
  private static final int MOST_ATTEMPTS = 4;
  private final Path folder;

  FlinkKillIT(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void whateverIsKilledTheResultHasTheSameBytes() throws Exception {
    Cluster cluster = Cluster.start(folder.resolve("cluster"), "--taskManagers=2");
    try {
      program("first").run(words(cluster)).done(); // a cluster that has just begun is slower
      long begun = System.nanoTime();
      program("whole").run(words(cluster)).done();
      long nanos = System.nanoTime() - begun;
      Random random = new Random(SEED);
      for (int kill = 0; kill < KILLS; kill++) {
        String process = PROCESSES.get(kill % PROCESSES.size());
        String run = "run-" + kill;
        killOnce(cluster, process, run, (long) (nanos * random.nextDouble(0.2, 0.8)));
        assertEquals(
            Same.of(folder.resolve("whole/out")), Same.of(folder.resolve(run + "/out")), process);
      }
    } finally {
      cluster.stop();
    }
  }

  private Program program(String name) throws Exception {
    return new Program(Files.createDirectories(folder.resolve(name)));
  }

  private static List<String> words(Cluster cluster) {
    String options = "train --resume --output=out --quiet --model=mlp --batchSize=8 --epochs=2 ";
    return List.of((options + cluster.options()).split(" ", -1));
  }

  private void killOnce(Cluster cluster, String process, String run, long afterNanos)
      throws Exception {
    Program program = program(run);
    Running running = program.start(words(cluster).toArray(String[]::new));
    boolean early = running.process().waitFor(afterNanos, TimeUnit.NANOSECONDS);
    System.out.printf(
        "%s: %s%n", process, early ? "done" : Same.moment(folder.resolve(run).resolve("out")));
    if (process.equals("driver")) {
      running.kill();
    } else {
      cluster.kill(process);
      cluster.startWhatIsMissing();
    }
    Output output = running.end();
    for (int attempt = 1; output.exit() != 0; attempt++) {
      assertTrue(attempt < MOST_ATTEMPTS, output::toString);
      output = program.run(words(cluster));
    }
  }
}
