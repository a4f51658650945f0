package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checkpoints of a version that knew one optimiser a strategy, and did not name it. */
final class EarlierFilesTest {
  private static final Path RUNS = Path.of("../testdata/earlier-runs");

  private static TrainingState read(Strategy strategy) throws IOException {
    Path file = RUNS.resolve(strategy.word(strategy.defaultOptimizer()));
    file = file.resolve("checkpoints/epoch-00001.keras");
    try (InputStream in = Files.newInputStream(file)) {
      return KerasFile.read(in, file.toString()).state().orElseThrow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theStateOfTheStrategysOptimizerIsRead(Strategy strategy) throws IOException {
    TrainingState state = read(strategy);
    Optimizer optimizer = state.config().optimizer();
    assertEquals(strategy, state.config().parallel().strategy());
    assertEquals(strategy.defaultOptimizer(), optimizer);
    assertEquals(1, state.epoch());
    ModelState model = state.model();
    assertEquals(strategy.slots(optimizer).size(), model.slots().size());
    for (float[] slot : model.slots()) {
      assertTrue(slot[slot.length - 1] != 0);
    }
    assertTrue(model.step() > 0);
  }
}
