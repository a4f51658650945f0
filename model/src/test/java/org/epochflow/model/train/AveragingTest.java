package org.epochflow.model.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Affine;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.RandomNetworks;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.Activation;
import org.epochflow.model.nn.layer.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A round's mean, by examples and in the replicas' order. */
class AveragingTest {
  private static final TrainingConfig LOCAL = Configs.of(Strategy.LOCAL, 3, 4);
  private static final TrainingConfig SERVER = Configs.of(Strategy.SERVER_ADAM, 3, 4);

  private static ReplicaResult result(long examples, long step, float[] w, float[]... slots) {
    return new ReplicaResult(new ModelState(w, List.of(slots), step), new Tally(examples, 1, 5, 0));
  }

  private static ModelState average(
      TrainingConfig config, ModelState start, ReplicaResult... results) {
    Averaging averaging = new Averaging(config, start);
    Arrays.stream(results).forEach(averaging::add);
    return averaging.model();
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

  @Test
  void aReplicaWithoutExamplesIsSkipped() {
    ModelState start = LOCAL.startingFrom(one(9));
    ReplicaResult trained = result(10, 3, one(1), one(2), one(3));
    ReplicaResult empty = result(0, 50, one(Float.NaN), one(Float.NaN), one(Float.NaN));
    Averaging averaging = new Averaging(LOCAL, start);
    averaging.add(empty);
    assertSame(start, averaging.model());
    averaging.add(trained);
    averaging.add(empty);
    assertArrayEquals(one(1), averaging.model().parameters());
    assertEquals(3, averaging.model().step());
    assertEquals(trained.tally(), averaging.tally());
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
