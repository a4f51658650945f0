package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.optim.EveryOptimizer;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.train.LearningRate.Scaling;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any number of threads gives the same bits, and none of them is left. */
@Timeout(300)
class ReplicaThreadsTest {
  private static final Shape IMAGE = Shape.of(20, 19, 1);
  private static final int EXAMPLES = 270;
  private static final List<Architecture> NETWORKS =
      List.of(
          Presets.softmax(IMAGE, 10),
          Presets.mlp(IMAGE, 10, 0.25),
          Presets.cnn(IMAGE, 10, 0.2, Padding.VALID, 1),
          Presets.cnn(IMAGE, 10, 0.2, Padding.SAME, 0.3));

  static Stream<Arguments> ways() {
    return NETWORKS.stream()
        .flatMap(
            network ->
                Stream.of(1, 2, 7, 33, 130)
                    .flatMap(
                        batch ->
                            Stream.of("vector", "ejml")
                                .filter(kernels -> kernels.equals("vector") || batch == 7)
                                .map(kernels -> Arguments.of(network, batch, kernels))));
  }

  private static TrainingConfig config(
      Architecture network, int batch, String kernels, Strategy strategy) {
    return config(network, batch, kernels, strategy, strategy.defaultOptimizer());
  }

  private static TrainingConfig config(
      Architecture network, int batch, String kernels, Strategy strategy, Optimizer optimizer) {
    assumeTrue(kernels.equals("ejml") || Kernels.auto().equals(kernels), "without the module");
    return new TrainingConfig(
        network,
        Preprocessing.STANDARD,
        kernels,
        42,
        1,
        batch,
        optimizer,
        new DataParallel(strategy, 1, 1),
        new LearningRate(0.01, Scaling.LINEAR, 1, 0.01),
        new EarlyStopping(true, EarlyStopping.Monitor.VAL_LOSS, 0, 5),
        new SplitRule(0.2, false),
        ClassNames.numbers(network.classes()));
  }

  private static Examples noise(int size) {
    Random random = new Random(3);
    byte[] pixels = new byte[size * IMAGE.size()];
    random.nextBytes(pixels);
    byte[] labels = new byte[size];
    for (int i = 0; i < size; i++) {
      labels[i] = (byte) random.nextInt(10);
    }
    return new Examples(pixels, labels, LongStream.range(0, size).toArray());
  }

  private static ReplicaResult train(TrainingConfig config, int threads, Iterable<Examples> data) {
    Architecture network = config.architecture();
    ModelState start = config.startingFrom(network.initialParameters(1));
    try (Replica replica = new Replica(config, threads)) {
      return replica.train(new Round(0, 0, 0), start, data, EXAMPLES, done -> {});
    }
  }

  private static long helpers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("epochflow-team"))
        .count();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void everyNumberOfThreadsGivesTheSameBits(Architecture network, int batch, String kernels) {
    for (Strategy strategy : Strategy.values()) {
      TrainingConfig config = config(network, batch, kernels, strategy);
      List<Examples> data = List.of(noise(Math.min(EXAMPLES, 2 * batch + 1)));
      ReplicaResult one = train(config, 1, data);
      for (int threads : new int[] {2, 3, 8}) {
        ReplicaResult result = train(config, threads, data);
        assertEquals(one.tally(), result.tally());
        assertArrayEquals(one.model().parameters(), result.model().parameters());
        assertArrayEquals(one.model().slots().toArray(), result.model().slots().toArray());
      }
    }
    assertEquals(0, helpers());
  }

  static List<Optimizer> optimizers() {
    return EveryOptimizer.variants();
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void soDoesEveryOptimizer(Optimizer optimizer) {
    Architecture network = NETWORKS.get(3);
    TrainingConfig config = config(network, 33, "vector", Strategy.LOCAL, optimizer);
    ReplicaResult one = train(config, 1, List.of(noise(67)));
    ReplicaResult result = train(config, 3, List.of(noise(67)));
    assertArrayEquals(one.model().parameters(), result.model().parameters());
    assertArrayEquals(one.model().slots().toArray(), result.model().slots().toArray());
  }

  @ParameterizedTest
  @MethodSource("ways")
  void aFailureLeavesNoThread(Architecture network, int batch, String kernels) {
    TrainingConfig config = config(network, batch, kernels, Strategy.LOCAL);
    boolean large =
        Kernels.threads(kernels, 3) > 1 && batch == 130 && !network.equals(NETWORKS.get(0));
    IllegalStateException failure = new IllegalStateException("of the data");
    List<Examples> data = List.of(noise(batch), noise(batch));
    Iterable<Examples> failing =
        () ->
            data.stream()
                .peek(
                    window -> {
                      if (window.equals(data.get(1))) {
                        assertTrue(helpers() > 0 || !large, "Expected threads at work");
                        throw failure;
                      }
                    })
                .iterator();
    assertSame(failure, assertThrows(IllegalStateException.class, () -> train(config, 3, failing)));
    assertEquals(0, helpers());
  }

  /** The last record is cut short, and fails in whichever thread has it. */
  @ParameterizedTest
  @MethodSource("ways")
  void aFailureInsideAStepSurfaces(Architecture network, int batch, String kernels) {
    TrainingConfig config = config(network, batch, kernels, Strategy.LOCAL);
    Examples whole = noise(2 * batch);
    byte[][] pixels = whole.pixels().clone();
    int last = pixels.length - 1;
    pixels[last] = Arrays.copyOf(pixels[last], pixels[last].length - 1);
    Examples data = new Examples(pixels, whole.offsets(), whole.labels(), whole.indices());
    Throwable thrown = assertThrows(RuntimeException.class, () -> train(config, 3, List.of(data)));
    while (thrown.getCause() != null) {
      thrown = thrown.getCause();
    }
    assertTrue(thrown instanceof IndexOutOfBoundsException, "found " + thrown);
    assertEquals(0, helpers());
  }
}
