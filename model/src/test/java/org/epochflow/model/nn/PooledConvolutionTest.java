package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A convolution computed together with the max pooling after it. */
final class PooledConvolutionTest {
  /**
   * Two convolutions, with a relu and without, and rows and columns that no window covers.
   *
   * @param apart whether a layer that does nothing keeps the poolings apart
   */
  private static Architecture network(boolean apart) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Conv2D("a", 16, 3, 3, Padding.SAME, Function.RELU));
    addPooling(layers, "first", apart);
    layers.add(new Conv2D("b", 32, 2, 2, Padding.VALID, Function.LINEAR));
    addPooling(layers, "second", apart);
    layers.add(new Flatten("flatten"));
    layers.add(new Dense("dense", 3, Function.SOFTMAX));
    return new Architecture("network", Shape.of(13, 15, 1), layers);
  }

  private static void addPooling(List<Layer> layers, String name, boolean apart) {
    if (apart) {
      layers.add(new Activation("nothing_" + name, Function.LINEAR));
    }
    layers.add(new MaxPooling2D(name, 2, 2, 2, 2));
  }

  @ParameterizedTest
  @CsvSource({"ejml, 1", "vector, 1", "vector, 2", "vector, 5"})
  void togetherTheyGiveTheBitsOfTheTwoApart(String kernels, int threads) {
    assumeTrue(kernels.equals("ejml") || Kernels.auto().equals(kernels), "without the module");
    assertArrayEquals(
        Batches.steps(network(true), kernels, 1), Batches.steps(network(false), kernels, threads));
  }
}
