package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Affine;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.optim.Adam;
import org.epochflow.model.optim.EveryOptimizer;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.random.Bijection;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;
import org.epochflow.model.train.LearningRate.Scaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A replica is a plain loop over its examples, each once. */
class ReplicaTest {
  private static final Architecture MLP = Presets.mlp(Shape.of(2, 2, 1), 3, 0.25);
  private static final Round FIRST = new Round(0, 0, 0);
  private static final int SIZE = 60;

  private static TrainingConfig config(Architecture network, Strategy strategy, double rate) {
    LearningRate learningRate = new LearningRate(rate, Scaling.LINEAR, 1, 0.01);
    DataParallel parallel = new DataParallel(strategy, 1, 1);
    return Configs.of(network, parallel, learningRate, 10, Configs.of(strategy, 1, 1).stopping());
  }

  private static ModelState start(Architecture network) {
    return ModelState.startingFrom(network.initialParameters(1), 2);
  }

  /** Images of 2 x 2 whose brightest corner of three tells the class. */
  private static Examples corners(int size) {
    Random random = new Random(9);
    byte[] pixels = new byte[4 * size];
    byte[] labels = new byte[size];
    for (int i = 0; i < size; i++) {
      labels[i] = (byte) random.nextInt(3);
      for (int p = 0; p < 4; p++) {
        pixels[4 * i + p] =
            (byte) (p == labels[i] ? 155 + random.nextInt(101) : random.nextInt(100));
      }
    }
    return new Examples(pixels, labels, LongStream.range(0, size).toArray());
  }

  private static Examples part(Examples all, int from, int to) {
    return new Examples(
        Arrays.copyOfRange(all.pixels(), from, to),
        Arrays.copyOfRange(all.offsets(), from, to),
        Arrays.copyOfRange(all.labels(), from, to),
        Arrays.copyOfRange(all.indices(), from, to));
  }

  private static ReplicaResult train(TrainingConfig config, Round round, ModelState start) {
    return train(config, round, start, List.of(corners(SIZE)), SIZE, done -> {});
  }

  private static ReplicaResult train(
      TrainingConfig config,
      Round round,
      ModelState start,
      List<Examples> windows,
      int size,
      Consumer<Tally> progress) {
    try (Replica replica = new Replica(config, 1)) {
      return replica.train(round, start, windows, size, progress);
    }
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void whatCanBeLearnedIsLearned(Strategy strategy) {
    TrainingConfig config = config(Configs.SOFTMAX, strategy, 0.1);
    ModelState state = start(Configs.SOFTMAX);
    double first = 0;
    Tally tally = Tally.NONE;
    for (int epoch = 0; epoch < 40; epoch++) {
      ReplicaResult result = train(config, new Round(epoch, 0, 0), state);
      state = result.model();
      tally = result.tally();
      first = epoch == 0 ? tally.loss() : first;
    }
    assertTrue(tally.loss() < first / 3, first + " became " + tally.loss());
    assertEquals(1, tally.accuracy());
  }

  @Test
  void theSameArgumentsGiveTheSameBitsAndOthersOthers() {
    TrainingConfig config = config(MLP, Strategy.LOCAL, 0.01);
    float[] w = train(config, FIRST, start(MLP)).model().parameters();
    assertArrayEquals(w, train(config, FIRST, start(MLP)).model().parameters());
    for (Round other : List.of(new Round(1, 0, 0), new Round(0, 1, 0), new Round(0, 0, 1))) {
      assertFalse(Arrays.equals(w, train(config, other, start(MLP)).model().parameters()));
    }
  }

  @Test
  void theModelItStartsFromIsNotChanged() {
    ModelState start = start(MLP);
    float[] before = start.parameters().clone();
    train(config(MLP, Strategy.LOCAL, 0.01), FIRST, start);
    assertArrayEquals(before, start.parameters());
    assertArrayEquals(new float[before.length], start.slots().get(0));
    assertArrayEquals(new float[before.length], start.slots().get(1));
  }

  /**
   * With steps too small to move a weight, the sum of the losses as trained is the sum over the
   * examples, to the unit: none left out and none twice, however the share is cut.
   */
  @Test
  void windowsOfAShareAreAllItsExamplesOnce() {
    Examples all = corners(SIZE);
    Batch batch = new Batch(SIZE, 4);
    for (int i = 0; i < SIZE; i++) {
      batch.add(all, i, Preprocessing.STANDARD);
    }
    ModelState start = start(Configs.SOFTMAX);
    Tally whole =
        new Network(Configs.SOFTMAX, Kernels.named("ejml"), start.parameters()).evaluate(batch);
    TrainingConfig frozen = config(Configs.SOFTMAX, Strategy.SERVER_ADAM, 1e-30);
    for (int window : new int[] {8, 16, 40, 64}) {
      List<Examples> windows = new ArrayList<>();
      for (int from = 0; from < SIZE; from += window) {
        windows.add(part(all, from, Math.min(SIZE, from + window)));
      }
      List<Long> progress = new ArrayList<>();
      ReplicaResult result =
          train(frozen, FIRST, start, windows, SIZE, done -> progress.add(done.examples()));
      assertEquals(whole, result.tally());
      assertEquals(List.of(8L, 16L, 24L, 32L, 40L, 48L, 56L, 60L), progress);
    }
  }

  @Test
  void oneReplicaIsAPlainLoopOfAdam() {
    TrainingConfig config = config(MLP, Strategy.LOCAL, 0.01);
    Kernels kernels = Kernels.named("ejml");
    ModelState state = start(MLP);
    float[] w = state.parameters().clone();
    float[] m = new float[w.length];
    float[] v = new float[w.length];
    float[] gradient = new float[w.length];
    Network network = new Network(MLP, kernels, w);
    Examples all = corners(SIZE);
    int t = 0;
    for (int epoch = 0; epoch < 2; epoch++) {
      Round round = new Round(epoch, 0, 0);
      Bijection order = new Bijection(CounterRandom.key(42, Purpose.SHUFFLE, epoch, 0, 0, 0), SIZE);
      Tally tally = Tally.NONE;
      for (int from = 0; from < SIZE; from += 8) {
        Batch batch = new Batch(8, 4);
        for (int i = from; i < Math.min(SIZE, from + 8); i++) {
          batch.add(all, (int) order.of(i), Preprocessing.STANDARD);
        }
        long key = CounterRandom.key(42, Purpose.DROPOUT, epoch);
        tally = tally.plus(network.gradient(batch, key, gradient));
        new Adam().step(List.of(m, v), 0.01, ++t).apply(kernels, w, 0, w.length, gradient, 0);
      }
      Averaging averaging = new Averaging(config, state);
      averaging.add(train(config, round, state));
      try (Team team = new Team(1)) {
        state = averaging.model(team);
      }
      assertEquals(tally, averaging.tally());
      assertArrayEquals(w, state.parameters());
      assertArrayEquals(m, state.slots().get(0));
      assertArrayEquals(v, state.slots().get(1));
      assertEquals(t, state.step());
    }
  }

  @Test
  void replicasOfServerAdamCarryNoState() {
    TrainingConfig config = config(Configs.SOFTMAX, Strategy.SERVER_ADAM, 0.1);
    ModelState state = start(Configs.SOFTMAX);
    ModelState model = train(config, FIRST, state).model();
    assertEquals(2, state.slots().size());
    assertEquals(List.of(), model.slots());
    assertFalse(Arrays.equals(state.parameters(), model.parameters()));
  }

  static List<Optimizer> optimizers() {
    return EveryOptimizer.variants();
  }

  /** With a checkpoint after every round. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void resumedEqualsUninterrupted(Optimizer optimizer) throws IOException {
    TrainingConfig config = Configs.of(MLP, optimizer);
    ModelState whole = config.startingFrom(MLP.initialParameters(1));
    ModelState resumed = whole;
    for (int round = 0; round < 3; round++) {
      whole = average(config, whole, train(config, new Round(0, round, 0), whole));
      resumed = average(config, resumed, train(config, new Round(0, round, 0), resumed));
      resumed = readAgain(new TrainingState(config, resumed, List.of(), 0, 0, 0, -1));
    }
    assertArrayEquals(whole.parameters(), resumed.parameters());
    assertArrayEquals(whole.slots().toArray(), resumed.slots().toArray());
    assertEquals(whole.step(), resumed.step());
    assertEquals(optimizer.slots().size(), whole.slots().size());
    for (float[] slot : whole.slots()) {
      assertFalse(Arrays.equals(new float[slot.length], slot));
    }
  }

  private static ModelState readAgain(TrainingState state) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    KerasFile.write(state, file);
    InputStream in = new ByteArrayInputStream(file.toByteArray());
    return KerasFile.read(in, "checkpoint").state().orElseThrow().model();
  }

  /** What does not train is averaged, and no optimiser keeps anything of it. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void whatDoesNotTrainHasNoState(Optimizer optimizer) {
    Architecture network =
        new Architecture(
            "affine",
            Shape.of(4),
            List.of(new Affine("affine"), new Dense("dense", 3, Function.SOFTMAX)));
    TrainingConfig config = Configs.of(network, optimizer);
    float[] start = new float[network.parameterCount()];
    for (int i = 0; i < start.length; i++) {
      start[i] = (i + 1) / 64f;
    }
    ModelState begun = config.startingFrom(start);
    ModelState after = average(config, begun, train(config, FIRST, begun));
    Variable moving = network.variables().get(0).get(1);
    List<Variable> trained = network.trained();
    for (int i = 0; i < start.length; i++) {
      boolean trains = i < moving.offset() || i >= moving.end();
      assertEquals(trains, start[i] != after.parameters()[i]);
      for (int slot = 0; slot < after.slots().size(); slot++) {
        assertEquals(
            trains && EveryOptimizer.keeps(optimizer, slot, i, trained),
            after.slots().get(slot)[i] != optimizer.initially(slot));
      }
    }
  }

  /** The mean of replicas that all have this result. */
  private static ModelState average(TrainingConfig config, ModelState start, ReplicaResult result) {
    Averaging averaging = new Averaging(config, start);
    for (int replica = 0; replica < config.parallel().replicas(); replica++) {
      averaging.add(new ReplicaResult(replica, result.model(), result.tally()));
    }
    try (Team team = new Team(1)) {
      return averaging.model(team);
    }
  }

  @Test
  void anEmptyShareChangesNothing() {
    ModelState start = start(MLP);
    TrainingConfig config = config(MLP, Strategy.LOCAL, 0.01);
    for (List<Examples> share : List.of(Collections.<Examples>emptyList(), List.of(corners(0)))) {
      ReplicaResult result = train(config, FIRST, start, share, 0, done -> {});
      assertEquals(Tally.NONE, result.tally());
      assertArrayEquals(start.parameters(), result.model().parameters());
      assertEquals(0, result.model().step());
    }
  }
}
