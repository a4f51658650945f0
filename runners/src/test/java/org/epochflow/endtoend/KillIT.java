package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Programs that are killed at random moments, and started again until they are done, leave the same
 * bytes as one that was never killed. Beside every file of theirs lies then what a kill in its
 * writing leaves.
 *
 * <p>{@code -Dkills=60} is how many there are of all verbs together; {@code -Dkills.seed} changes
 * the moments. The output of the test counts what the kills met.
 */
class KillIT {
  private static final int KILLS = Integer.getInteger("kills", 60);
  private static final long SEED = Long.getLong("kills.seed", 1);
  private static final int MOST_IN_A_ROW = 4;
  private static final String TRAINING =
      " --classes=3 --model=mlp --batchSize=8 --epochs=2 --quiet --data=";
  private static Path data = Path.of("");
  private static Path shared = Path.of("");

  /** What is killed; the words continue it too. */
  private enum Verb {
    TRAIN("train --resume --output=out" + TRAINING),
    TUNE("tune --resume --output=out --tune=learningRate=0.01,0.001" + TRAINING),
    CROSSVALIDATE("crossvalidate --resume --output=out --folds=3" + TRAINING),
    RETRAIN("retrain --registry=out" + TRAINING),
    EVALUATE("evaluate --output=out --model=../model/best_model.keras --data="),
    PREDICT("predict --output=out --model=../model/best_model.keras --images=");

    private final String words;

    Verb(String words) {
      this.words = words;
    }

    List<String> words() {
      String input = this == PREDICT ? data + "/t*-images-idx3-ubyte" : data.toString();
      return List.of((words + input).split(" ", -1));
    }
  }

  @BeforeAll
  static void makeData(@TempDir Path everyTests) throws Exception {
    shared = everyTests;
    data = Data.write(shared.resolve("data"), 900, 300, 3, 9, 7);
    Program program = new Program(shared);
    program.run(("train --output=model" + TRAINING + data).split(" ", -1)).done();
  }

  @ParameterizedTest
  @EnumSource
  void killedAtRandomMomentsItEndsWithTheSameBytes(Verb verb) throws Exception {
    Path whole = Files.createDirectory(shared.resolve(verb + "-whole"));
    long begun = System.nanoTime();
    new Program(whole).run(verb.words()).done();
    long nanos = System.nanoTime() - begun;
    SortedMap<String, Object> expected = Same.of(whole.resolve("out"));
    Random random = new Random(SEED + verb.name().hashCode());
    Map<String, Integer> met = new TreeMap<>();
    int kills = 0;
    for (int episode = 0; kills < KILLS / Verb.values().length; episode++) {
      Path folder = Files.createDirectory(shared.resolve(verb + "-" + episode));
      Program program = new Program(folder);
      List<String> moments = new ArrayList<>();
      int inARow = 1 + random.nextInt(MOST_IN_A_ROW);
      while (moments.size() < inARow && killed(program, verb, random.nextDouble() * nanos)) {
        moments.add(Same.moment(folder.resolve("out")));
      }
      leaveUnfinished(folder.resolve("out"));
      Output end = program.run(verb.words());
      assertEquals(0, end.exit(), () -> moments + ": " + end);
      assertEquals(expected, Same.of(folder.resolve("out")), moments::toString);
      moments.forEach(moment -> met.merge(moment, 1, Integer::sum));
      kills += moments.size();
    }
    System.out.printf("%s: %d kills, %s%n", verb, kills, met);
  }

  /** Leaves beside every file what a kill leaves of it. */
  private static void leaveUnfinished(Path out) throws IOException {
    List<Path> files = List.of();
    if (Files.exists(out)) {
      try (Stream<Path> all = Files.walk(out)) {
        files = all.filter(Files::isRegularFile).filter(KillIT::isResult).toList();
      }
    }
    for (Path file : files) {
      Files.writeString(
          file.resolveSibling(".%s.%s.tmp".formatted(file.getFileName(), UUID.randomUUID())), "");
    }
  }

  private static boolean isResult(Path file) {
    return !file.getFileName().toString().matches("\\.?lease|.*\\.tmp");
  }

  /** Starts it and kills it after a while; false if it was done by then. */
  private static boolean killed(Program program, Verb verb, double afterNanos) throws Exception {
    Running running = program.start(verb.words().toArray(String[]::new));
    if (running.process().waitFor((long) afterNanos, TimeUnit.NANOSECONDS)) {
      Output end = running.end();
      assertEquals(0, end.exit(), end::toString);
      return false;
    }
    running.kill();
    return true;
  }
}
