package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Its moving statistics, its frozen form, its relu, and its threads; formulas are in other tests.
 */
class BatchNormalizationTest {
  private static Architecture network(Layer normalization, boolean relu) {
    List<Layer> layers =
        new ArrayList<>(
            List.of(new Conv2D("conv", 19, 3, 3, Padding.SAME, Function.LINEAR), normalization));
    if (relu) {
      layers.add(new Activation("relu", Function.RELU));
    }
    layers.addAll(
        List.of(
            new MaxPooling2D("pool", 2, 2, 2, 2),
            new Flatten("flatten"),
            new Dense("dense", 4, Function.SOFTMAX)));
    return new Architecture("network", Shape.of(7, 6, 2), layers);
  }

  private static Variable variable(Architecture network, String name) {
    return network.variables().stream()
        .flatMap(List::stream)
        .filter(variable -> variable.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static float[] values(Architecture network, String name, float[] w) {
    Variable variable = variable(network, name);
    return Arrays.copyOfRange(w, variable.offset(), variable.end());
  }

  @ParameterizedTest
  @ValueSource(strings = {"vector", "ejml"})
  void predictionsOfTheSameBatchComeToThoseOfTraining(String kernels) {
    assumeTrue(kernels.equals("ejml") || Kernels.auto().equals(kernels), "without the module");
    Architecture network = network(new BatchNormalization("normalization"), true);
    Random random = new Random(2);
    float[] w = Batches.parameters(network, random);
    Batch batch = Batches.random(network, 9, random);
    Network bound = new Network(network, Kernels.named(kernels), w);
    float[] gradient = new float[w.length];
    double training = bound.gradient(batch, 0, gradient).loss();
    assertNotEquals(training, bound.evaluate(batch).loss(), 1e-3);
    for (int step = 0; step < 1500; step++) {
      bound.step(batch, 0, gradient, (own, all, from, to, g, at) -> {});
    }
    assertEquals(training, bound.evaluate(batch).loss(), 1e-4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFrozenOneIsTheSameInTrainingAndInPrediction(boolean relu) {
    Layer frozen = new BatchNormalization("normalization").frozen();
    Architecture network = network(frozen, relu);
    Random random = new Random(3);
    float[] w = Batches.parameters(network, random);
    Batch batch = Batches.random(network, 9, random);
    Network bound = new Network(network, Kernels.named("ejml"), w);
    float[] before = w.clone();
    float[] gradient = new float[w.length];
    assertEquals(bound.evaluate(batch), bound.step(batch, 0, gradient, Batches.SMALL_STEP));
    for (String still : List.of("gamma", "beta", "moving_mean", "moving_variance")) {
      assertArrayEquals(values(network, still, before), values(network, still, w), still);
    }
    assertTrue(network.trained().stream().noneMatch(v -> v.name().equals("gamma")));
  }

  /** A fixed affine map, so the differences are those of prediction. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theGradientThroughAFrozenOneIsTheFiniteDifference(boolean relu) {
    Architecture network = network(new BatchNormalization("normalization").frozen(), relu);
    Architecture same = network(new BatchNormalization("normalization"), relu);
    Random random = new Random(4);
    float[] w = Batches.parameters(network, random);
    Batch batch = Batches.random(network, 3, random);
    float[] gradient = new float[w.length];
    new Network(network, Kernels.named("ejml"), w).gradient(batch, 0, gradient);
    NaiveNetwork naive = new NaiveNetwork(same);
    double[] exact = new double[w.length];
    Arrays.setAll(exact, i -> w[i]);
    Variable kernel = variable(network, "kernel");
    for (int i = kernel.offset(); i < kernel.end(); i += 7) {
      double at = exact[i];
      exact[i] = at + 1e-5;
      double above = loss(naive, exact, batch);
      exact[i] = at - 1e-5;
      double below = loss(naive, exact, batch);
      exact[i] = at;
      assertEquals((above - below) / 2e-5, gradient[i], 1e-6, "parameter " + i);
    }
  }

  private static double loss(NaiveNetwork naive, double[] w, Batch batch) {
    double sum = 0;
    for (int row = 0; row < batch.size(); row++) {
      sum -= Math.log(naive.predict(w, batch, row)[batch.labels[row]]) / batch.size();
    }
    return sum;
  }

  /** The relu that it takes over gives the bits of one that it does not. */
  @ParameterizedTest
  @ValueSource(strings = {"vector", "ejml"})
  void aReluAtOnceGivesTheBitsOfOneAfterwards(String kernels) {
    assumeTrue(kernels.equals("ejml") || Kernels.auto().equals(kernels), "without the module");
    Architecture fused = network(new BatchNormalization("normalization"), true);
    List<Layer> layers = new ArrayList<>(fused.layers());
    layers.add(2, new Activation("nothing", Function.LINEAR));
    Architecture apart = new Architecture("apart", fused.input(), layers);
    assertArrayEquals(Batches.steps(fused, kernels, 1), Batches.steps(apart, kernels, 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void threadsGiveTheBitsOfOne(int threads) {
    assumeTrue(Kernels.auto().equals("vector"), "without the module there are no teams");
    Architecture network = network(new BatchNormalization("normalization"), true);
    assertArrayEquals(
        Batches.steps(network, "vector", 1), Batches.steps(network, "vector", threads));
  }
}
