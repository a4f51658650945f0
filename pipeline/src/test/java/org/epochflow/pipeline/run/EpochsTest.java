package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.epochflow.model.kernel.EjmlKernels;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.Replica;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.epochflow.pipeline.train.TrainingData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An epoch as a pipeline and as a plain loop give the same bits. */
final class EpochsTest {
  private static Path folder;
  private static PreparedData data;

  @BeforeAll
  static void ingest(@TempDir Path temporary) throws IOException {
    folder = temporary;
    data =
        SmallData.prepare(
            folder.resolve("data"), SmallData.withRejected(folder), SmallData.CLASSES, 2);
  }

  static Stream<Arguments> everyWay() {
    List<Arguments> ways = new ArrayList<>();
    for (Strategy strategy : Strategy.values()) {
      for (int replicas : new int[] {1, 2, 3, 5, 8}) {
        for (int rounds : new int[] {1, 2, 4}) {
          int parallelism = ways.size() % 2 == 0 ? 1 : 4;
          for (int groups : new int[] {1, 2, 3}) {
            ways.add(
                Arguments.of(
                    Kernels.auto(), "softmax", strategy, replicas, rounds, parallelism, groups));
          }
        }
      }
      for (String network : List.of("mlp", "cnn")) {
        ways.add(Arguments.of(Kernels.auto(), network, strategy, 3, 2, 4, 1));
        ways.add(Arguments.of(Kernels.auto(), network, strategy, 5, 2, 4, 3));
      }
      for (String network : List.of("softmax", "mlp", "cnn")) {
        ways.add(Arguments.of(EjmlKernels.NAME, network, strategy, 2, 2, 2, 2));
      }
    }
    return ways.stream();
  }

  @ParameterizedTest
  @MethodSource("everyWay")
  void thePipelineEqualsThePlainLoop(
      String kernels,
      String network,
      Strategy strategy,
      int replicas,
      int rounds,
      int parallelism,
      int groups)
      throws IOException {
    DataParallel parallel = new DataParallel(strategy, replicas, rounds);
    TrainingConfig config = SmallNetworks.config(SmallNetworks.named(network), parallel);
    requireSame(SmallNetworks.begun(SmallNetworks.on(kernels, config)), parallelism, groups);
  }

  @Test
  void validationCountsWhatIsAskedForToTheSameBitsInEveryWay() throws IOException {
    TrainingConfig config =
        SmallNetworks.config(
            SmallNetworks.named("mlp"),
            new DataParallel(Strategy.LOCAL, 3, 2),
            1,
            SPLIT,
            new EarlyStopping(false, EarlyStopping.Monitor.VAL_F1, 0, 2, 2));
    TrainingState begun = SmallNetworks.begun(config);
    EpochResult expected = plain(data, begun);
    Quality quality = expected.validation().quality().orElseThrow();
    assertEquals(expected.validation().tally().accuracy(), quality.confusion().accuracy());
    assertEquals(quality.confusion().accuracy(), quality.ranking().topK(1));
    assertEquals(
        expected.validation().tally().examples(),
        LongStream.of(quality.calibration().examples()).sum());
    for (int groups = 1; groups <= 3; groups++) {
      assertSame(expected, piped(data, begun, 4, groups));
    }
    for (Lanes lanes : List.of(new Lanes(1, 3), new Lanes(3, 2))) {
      assertSame(expected, inProcess(data, config, lanes).run(begun, (examples, of) -> {}));
    }
  }

  @Test
  void nothingMoreIsCountedWhereNobodyAsks() throws IOException {
    TrainingState begun = SmallNetworks.begun(SmallNetworks.config(1, SPLIT));
    assertTrue(plain(data, begun).validation().quality().isEmpty());
  }

  @Test
  void moreSharesThanExamplesLeaveReplicasWithout() throws IOException {
    PreparedData few =
        SmallData.prepare(
            folder.resolve("few"),
            SmallData.sound(folder.resolve("few-files"), 9, 2),
            SmallData.CLASSES,
            0);
    for (Strategy strategy : Strategy.values()) {
      TrainingConfig config =
          SmallNetworks.config(SmallNetworks.named("softmax"), new DataParallel(strategy, 3, 4));
      TrainingState state = SmallNetworks.begun(config);
      for (int groups = 1; groups <= 3; groups++) {
        EpochResult piped = piped(few, state, 4, groups);
        assertEquals(7, piped.training().examples());
        assertSame(plain(few, state), piped);
      }
    }
  }

  @Test
  void theSecondEpochGoesOnFromTheFirst() throws IOException {
    TrainingConfig config =
        SmallNetworks.config(SmallNetworks.named("mlp"), new DataParallel(Strategy.LOCAL, 2, 2));
    TrainingState begun = SmallNetworks.begun(config);
    TrainingState one = begun.next(plain(data, begun));
    EpochResult second = requireSame(one, 4, 2);
    assertFalse(Arrays.equals(one.model().parameters(), second.model().parameters()));
    assertTrue(second.model().step() > one.model().step());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn"})
  void anyNumberOfThreadsGivesTheSameBits(String network) throws IOException {
    TrainingConfig config =
        SmallNetworks.config(SmallNetworks.wide(network), new DataParallel(Strategy.LOCAL, 2, 2));
    assumeTrue(Kernels.threads(config.kernels(), 3) == 3, "kernels that share their work");
    assertEquals(3, Replica.threads(config, config.batchSize(), 3));
    TrainingState begun = SmallNetworks.begun(config);
    EpochResult one = plain(data, begun);
    assertSame(one, inProcess(data, config, new Lanes(2, 3)).run(begun, (examples, of) -> {}));
    for (ReplicaThreads threads : List.of(new ReplicaThreads(3, 2), new ReplicaThreads(0, 2))) {
      for (int groups = 1; groups <= 2; groups++) {
        assertSame(one, beam(data, 2, groups, threads).run(begun, (examples, of) -> {}));
      }
    }
  }

  @Test
  void anEpochChangesTheModelAndLeavesNoFiles() throws IOException {
    TrainingState begun = SmallNetworks.begun(SmallNetworks.config(1, SPLIT));
    EpochResult result = piped(data, begun, 2, 2);
    assertFalse(Arrays.equals(begun.model().parameters(), result.model().parameters()));
    assertNotEquals(0, result.training().lossUnits());
    assertTrue(result.trainingSeconds() > 0 && result.trainingSeconds() <= result.seconds());
    assertFalse(Files.exists(folder.resolve("work/epoch-00001")));
  }

  @Test
  void progressCountsUpToEveryTrainingExample() throws IOException {
    TrainingState begun = SmallNetworks.begun(SmallNetworks.config(1, SPLIT));
    long all = data.trainExamples(begun.config());
    for (Epochs epochs :
        List.of(beam(data, 2, 1), beam(data, 2, 2), inProcess(data, begun.config()))) {
      List<Long> seen = new ArrayList<>();
      epochs.run(
          begun,
          (examples, of) -> {
            assertEquals(all, of);
            seen.add(examples);
          });
      assertEquals(seen.stream().sorted().toList(), seen);
      assertEquals(all, seen.get(seen.size() - 1));
    }
  }

  private static final SplitRule SPLIT = new SplitRule(0.2, true);

  private static EpochResult requireSame(TrainingState state, int parallelism, int groups)
      throws IOException {
    EpochResult expected = plain(data, state);
    assertEquals(data.trainExamples(state.config()), expected.training().examples());
    EpochResult found = piped(data, state, parallelism, groups);
    assertSame(expected, found);
    return found;
  }

  private static void assertSame(EpochResult expected, EpochResult found) {
    assertArrayEquals(expected.model().parameters(), found.model().parameters());
    assertArrayEquals(expected.model().slots().toArray(), found.model().slots().toArray());
    assertEquals(expected.model().step(), found.model().step());
    assertEquals(expected.training(), found.training());
    assertEquals(expected.validation(), found.validation());
  }

  private static EpochResult plain(PreparedData of, TrainingState state) throws IOException {
    return inProcess(of, state.config()).run(state, (examples, ofExamples) -> {});
  }

  private static EpochResult piped(
      PreparedData of, TrainingState state, int parallelism, int groups) throws IOException {
    return beam(of, parallelism, groups).run(state, (examples, ofExamples) -> {});
  }

  private static Epochs inProcess(PreparedData of, TrainingConfig config) {
    return inProcess(of, config, new Lanes(1, 1));
  }

  private static Epochs inProcess(PreparedData of, TrainingConfig config, Lanes lanes) {
    return new InProcessEpochs(new TrainingData(of.dataSet().train(), of.train(), config), lanes);
  }

  private static Epochs beam(PreparedData of, int parallelism, int groups) {
    return beam(of, parallelism, groups, ReplicaThreads.EVEN);
  }

  private static Epochs beam(PreparedData of, int parallelism, int groups, ReplicaThreads threads) {
    return new BeamEpochs(
        Direct.inGroups(parallelism, groups), of, folder.resolve("work").toString(), threads);
  }
}
