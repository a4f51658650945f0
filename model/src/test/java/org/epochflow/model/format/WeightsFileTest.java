package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jhdf.HdfFile;
import io.jhdf.api.Group;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Affine;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.RandomNetworks;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingState;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Variables that do not train are saved, and have no place in the optimizer's state. */
class WeightsFileTest {
  private static final Architecture NETWORK =
      new Architecture(
          "affine",
          Shape.of(4),
          List.of(new Affine("affine"), new Dense("dense", 3, Function.SOFTMAX)));

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void writtenThenReadIsTheSameModel(Strategy strategy, @TempDir Path folder) throws IOException {
    TrainingState state = States.random(NETWORK, strategy, 1);
    ModelState model = state.model();
    for (Variable still : RandomNetworks.untrained(NETWORK)) {
      for (float[] slot : model.slots()) {
        IntStream.range(still.offset(), still.end()).forEach(i -> slot[i] = 0);
      }
    }
    Path path = folder.resolve("weights.h5");
    WeightsFile.write(state, path);
    try (Hdf5 file = Hdf5.open(Files.readAllBytes(path), "weights.h5")) {
      float[] parameters = KerasWeights.read(file, Members.of(NETWORK));
      assertArrayEquals(model.parameters(), parameters);
      ModelState read = WeightsFile.state(file, state.config(), parameters);
      for (int slot = 0; slot < model.slots().size(); slot++) {
        assertArrayEquals(model.slots().get(slot), read.slots().get(slot));
      }
    }
  }

  /** The step, the rate, and m and v of gamma, beta, kernel and bias. */
  @ParameterizedTest
  @EnumSource(value = Strategy.class, names = "SERVER_ADAM", mode = EnumSource.Mode.EXCLUDE)
  void onlyWhatTrainsHasSlots(Strategy strategy, @TempDir Path folder) throws IOException {
    Path path = folder.resolve("weights.h5");
    WeightsFile.write(States.random(NETWORK, strategy, 1), path);
    try (HdfFile file = HdfFile.fromBytes(Files.readAllBytes(path))) {
      assertEquals(names(2 + 2 * 4), children(file, "optimizer", "vars"));
      assertEquals(names(3), children(file, "layers", "affine", "vars"));
    }
  }

  /** Keras 3.3 looks for the variables of the model itself, which has none. */
  @ParameterizedTest
  @EnumSource(Strategy.class)
  void theModelItselfHasAGroup(Strategy strategy, @TempDir Path folder) throws IOException {
    Path path = folder.resolve("weights.h5");
    WeightsFile.write(States.random(NETWORK, strategy, 1), path);
    try (HdfFile file = HdfFile.fromBytes(Files.readAllBytes(path))) {
      assertEquals(Set.of(), children(file, "vars"));
    }
  }

  private static Set<String> names(int count) {
    return IntStream.range(0, count).mapToObj(String::valueOf).collect(Collectors.toSet());
  }

  private static Set<String> children(Group file, String... path) {
    Group group = file;
    for (String name : path) {
      group = (Group) group.getChild(name);
    }
    return group.getChildren().keySet();
  }
}
