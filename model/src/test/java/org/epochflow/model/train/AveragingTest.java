package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.epochflow.model.format.SummandFile;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Affine;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.RandomNetworks;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.parallel.Team;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A round's mean, by examples, summed as a tree over the replicas' numbers. */
class AveragingTest {
  private static final TrainingConfig LOCAL = Configs.of(Strategy.LOCAL, 3, 4);
  private static final TrainingConfig SERVER = Configs.of(Strategy.SERVER_ADAM, 3, 4);

  private static ReplicaResult result(long examples, long step, float[] w, float[]... slots) {
    return new ReplicaResult(
        0, new ModelState(w, List.of(slots), step), new Tally(examples, 1, 5, 0));
  }

  /** The mean of results of the replicas 0, 1, and so on. */
  private static ModelState average(
      TrainingConfig config, ModelState start, ReplicaResult... results) {
    try (Team team = new Team(1)) {
      return averaging(config, start, results).model(team);
    }
  }

  private static Averaging averaging(
      TrainingConfig config, ModelState start, ReplicaResult... results) {
    Averaging averaging = new Averaging(of(config, results.length), start);
    for (int replica = 0; replica < results.length; replica++) {
      averaging.add(new ReplicaResult(replica, results[replica].model(), results[replica].tally()));
    }
    return averaging;
  }

  private static TrainingConfig of(TrainingConfig config, int replicas) {
    return Configs.of(config.architecture(), config.parallel().strategy(), replicas, 4);
  }

  private static float[] one(float value) {
    return new float[] {value};
  }

  /** The same value at every parameter. */
  private static float[] all(float value) {
    float[] values = new float[Configs.SOFTMAX.parameterCount()];
    Arrays.fill(values, value);
    return values;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  @Test
  void parametersAndMomentsAreWeightedByExamples() {
    ModelState mean =
        average(
            LOCAL,
            LOCAL.startingFrom(one(9)),
            result(300, 7, one(1), one(10), one(0.5f)),
            result(100, 5, one(5), one(-2), one(0.1f)));
    assertArrayEquals(one(2), mean.parameters());
    assertArrayEquals(one(7), mean.slots().get(0));
    assertArrayEquals(one(0.4f), mean.slots().get(1));
    assertEquals(7, mean.step());
  }

  @Test
  void oneReplicaIsTheIdentityBitForBit() {
    Random random = new Random(1);
    float[] w = new float[10_000];
    for (int i = 0; i < w.length; i++) {
      w[i] = Float.intBitsToFloat(random.nextInt());
      w[i] = Float.isNaN(w[i]) ? 0 : w[i];
    }
    w[0] = -0f;
    w[1] = Float.MIN_VALUE;
    w[2] = Float.NEGATIVE_INFINITY;
    for (long examples : new long[] {1, 3, 48_000, 100_000_007}) {
      ModelState mean = average(LOCAL, LOCAL.startingFrom(w.clone()), result(examples, 1, w, w, w));
      assertArrayEquals(bits(w), bits(mean.parameters()));
      assertArrayEquals(bits(w), bits(mean.slots().get(0)));
      assertArrayEquals(bits(w), bits(mean.slots().get(1)));
    }
  }

  @ParameterizedTest
  @EnumSource(Strategy.class)
  void whatDoesNotTrainIsAveragedUnderEveryStrategy(Strategy strategy) {
    Architecture network =
        new Architecture(
            "affine",
            Shape.of(2),
            List.of(new Affine("affine"), new Activation("softmax", Function.SOFTMAX)));
    TrainingConfig config = Configs.of(network, strategy, 2, 1);
    float[] slot = new float[6];
    ModelState next =
        average(
            config,
            config.startingFrom(new float[] {9, 9, 9, 9, 9, 9}),
            result(300, 1, new float[] {1, 1, 2, 3, 1, 1}, slot, slot),
            result(100, 1, new float[] {5, 5, 6, 11, 5, 5}, slot, slot));
    assertEquals(
        List.of("moving"), RandomNetworks.untrained(network).stream().map(Variable::name).toList());
    assertArrayEquals(new float[] {3, 5}, Arrays.copyOfRange(next.parameters(), 2, 4));
    for (float[] values : next.slots()) {
      assertArrayEquals(new float[2], Arrays.copyOfRange(values, 2, 4));
    }
  }

  @Test
  void replicasThatAgreeStayAsTheyAre() {
    float[] w = {0.1f, -1e-30f, 3e38f, -0f};
    ReplicaResult[] results = new ReplicaResult[7];
    Arrays.setAll(results, k -> result(100 + k, 1, w, w, w));
    ModelState mean = average(LOCAL, LOCAL.startingFrom(new float[4]), results);
    assertArrayEquals(bits(w), bits(mean.parameters()));
  }

  /** In another order 1e30 would have swallowed the 3: bits are by number, not by arrival. */
  @Test
  void sumsRunInTheOrderOfTheReplicas() {
    ModelState start = LOCAL.startingFrom(one(0));
    ReplicaResult large = result(1, 1, one(1e30f), one(0), one(0));
    ReplicaResult opposite = result(1, 1, one(-1e30f), one(0), one(0));
    ReplicaResult small = result(1, 1, one(3), one(0), one(0));
    assertArrayEquals(one(1), average(LOCAL, start, large, opposite, small).parameters());
    assertArrayEquals(one(0), average(LOCAL, start, large, small, opposite).parameters());
  }

  /** A sum in the order of the numbers would have been 2, 3 and 0: pairs come first. */
  @Test
  void pairsAreSummedFirst() {
    ModelState start = LOCAL.startingFrom(one(0));
    assertArrayEquals(one(1.5f), average(LOCAL, start, of(1e30f, -1e30f, 3, 3)).parameters());
    assertArrayEquals(one(0), average(LOCAL, start, of(1e30f, 3, -1e30f, 3)).parameters());
    assertArrayEquals(one(0.6f), average(LOCAL, start, of(1e30f, 3, -1e30f, 3, 3)).parameters());
  }

  private static ReplicaResult[] of(float... values) {
    ReplicaResult[] results = new ReplicaResult[values.length];
    Arrays.setAll(results, k -> result(1, 1, one(values[k]), one(0), one(0)));
    return results;
  }

  @Test
  void aReplicaWithoutExamplesIsLeftOut() {
    ModelState start = LOCAL.startingFrom(one(9));
    ReplicaResult trained = result(10, 3, one(1), one(2), one(3));
    ReplicaResult empty = result(0, 50, one(Float.NaN), one(Float.NaN), one(Float.NaN));
    assertSame(start, average(LOCAL, start, empty));
    assertSame(start, average(LOCAL, start, empty, empty, empty));
    for (List<ReplicaResult> results :
        List.of(
            List.of(empty, trained, empty),
            List.of(trained, empty),
            List.of(empty, empty, empty, empty, trained))) {
      Averaging averaging = averaging(LOCAL, start, results.toArray(ReplicaResult[]::new));
      try (Team team = new Team(1)) {
        assertArrayEquals(one(1), averaging.model(team).parameters());
      }
      assertEquals(new Tally(10, results.size(), 5L * results.size(), 0), averaging.tally());
    }
  }

  @Test
  void aReplicaThatIsMissingIsNamed() {
    Averaging averaging = new Averaging(of(LOCAL, 3), LOCAL.startingFrom(one(9)));
    averaging.add(result(10, 3, one(1), one(2), one(3)));
    try (Team team = new Team(1)) {
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> averaging.model(team));
      assertEquals("Expected the results of 3 replicas, found none of replica 1", e.getMessage());
      assertThrows(IllegalStateException.class, averaging::tally);
    }
  }

  /** Results of replicas of very different sizes, some without examples. */
  private static List<ReplicaResult> random(int replicas, int parameters, Random random) {
    List<ReplicaResult> results = new ArrayList<>();
    for (int replica = 0; replica < replicas; replica++) {
      List<float[]> vectors = new ArrayList<>();
      for (int vector = 0; vector < 3; vector++) {
        float[] values = new float[parameters];
        for (int i = 0; i < parameters; i++) {
          values[i] = (float) (random.nextGaussian() * Math.pow(10, random.nextInt(12) - 6));
        }
        vectors.add(values);
      }
      results.add(
          new ReplicaResult(
              replica,
              new ModelState(vectors.get(0), vectors.subList(1, 3), random.nextInt(100)),
              new Tally(random.nextInt(4) == 0 ? 0 : random.nextInt(5000), 1, 1, 0)));
    }
    return results;
  }

  /** One plain sum; groups of any sizes, through files; and in any order, in arrays that change. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 11, 16, 33})
  void whoeverSumsWhatTheBitsAreTheSame(int replicas) throws IOException {
    Random random = new Random(replicas);
    List<ReplicaResult> results = random(replicas, 1500, random);
    TrainingConfig config = of(LOCAL, replicas);
    ModelState start = LOCAL.startingFrom(new float[1500]);
    Averaging plain = new Averaging(config, start);
    results.forEach(plain::add);
    try (Team team = new Team(3)) {
      ModelState expected = plain.model(team);
      for (int attempt = 0; attempt < 10; attempt++) {
        Averaging grouped = new Averaging(config, start);
        for (int from = 0; from < replicas; ) {
          int to = from + 1 + random.nextInt(replicas - from);
          for (Summand node : inOneGroup(config, start, results.subList(from, to), random, team)) {
            grouped.add(throughAFile(node));
          }
          from = to;
        }
        assertEquals(plain.tally(), grouped.tally());
        assertSameModel(expected, grouped.model(team));
      }
    }
  }

  private static void assertSameModel(ModelState expected, ModelState found) {
    assertArrayEquals(bits(expected.parameters()), bits(found.parameters()));
    for (int slot = 0; slot < expected.slots().size(); slot++) {
      assertArrayEquals(bits(expected.slots().get(slot)), bits(found.slots().get(slot)));
    }
    assertEquals(expected.step(), found.step());
  }

  private static List<Summand> inOneGroup(
      TrainingConfig config,
      ModelState start,
      List<ReplicaResult> group,
      Random random,
      Team team) {
    Averaging averaging = new Averaging(config, start);
    List<ReplicaResult> shuffled = new ArrayList<>(group);
    Collections.shuffle(shuffled, random);
    for (ReplicaResult result : shuffled) {
      if (random.nextBoolean()) {
        averaging.add(result);
      } else {
        ModelState copy = result.model().copy(2);
        averaging.addCopy(new ReplicaResult(result.replica(), copy, result.tally()));
        Arrays.fill(copy.parameters(), 0);
        copy.slots().forEach(slot -> Arrays.fill(slot, 0));
      }
    }
    int from = group.get(0).replica();
    return averaging.nodes(from, from + group.size(), team);
  }

  private static Summand throughAFile(Summand node) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SummandFile.write(node, out);
    return SummandFile.read(
        Channels.newChannel(new ByteArrayInputStream(out.toByteArray())), "node.sums");
  }

  /** Within half a unit of the last place of a float32, and the float64 sum's small error. */
  @ParameterizedTest
  @ValueSource(ints = {2, 7, 64})
  void theMeanIsTheExactOneRounded(int replicas) {
    List<ReplicaResult> results = random(replicas, 200, new Random(replicas));
    ModelState mean =
        average(LOCAL, LOCAL.startingFrom(new float[200]), results.toArray(ReplicaResult[]::new));
    for (int i = 0; i < 200; i++) {
      BigDecimal sum = BigDecimal.ZERO;
      double magnitudes = 0;
      long examples = 0;
      for (ReplicaResult result : results) {
        double product = result.tally().examples() * (double) result.model().parameters()[i];
        sum = sum.add(new BigDecimal(product));
        magnitudes += Math.abs(product);
        examples += result.tally().examples();
      }
      double exact = sum.divide(BigDecimal.valueOf(examples), MathContext.DECIMAL128).doubleValue();
      double bound =
          Math.ulp((float) exact) / 2
              + Math.ceil(Math.log(replicas) / Math.log(2)) * 0x1p-53 * magnitudes / examples;
      assertEquals(exact, mean.parameters()[i], 1.0001 * bound);
    }
  }

  /** D = (3 * 0.6 + 1 * 0.2) / 4 = 0.5; m = 0.05, v = 0.0025, w = 1 + 0.01 * 0.05 / 0.051. */
  @Test
  void serverAdamStepsOnceAlongTheMeanChange() {
    ModelState start = SERVER.startingFrom(all(1));
    ModelState next = average(SERVER, start, result(300, 0, all(1.6f)), result(100, 0, all(1.2f)));
    assertEquals(1.00980392, next.parameters()[0], 2e-7);
    assertEquals(0.05, next.slots().get(0)[0], 1e-7);
    assertEquals(0.0025, next.slots().get(1)[0], 1e-8);
    assertEquals(1, next.step());
    assertArrayEquals(all(1), start.parameters());
    assertArrayEquals(all(0), start.slots().get(0));
    assertArrayEquals(all(0), start.slots().get(1));
  }
}
