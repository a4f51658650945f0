package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.pooling.GlobalAveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalMaxPooling2D;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.pooling.Windows;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Forward and backward against {@link NaiveNetwork}: the gradient is the loss's finite difference,
 * taken in double precision so that only the float32 of the network under test is off.
 */
class GradientTest {
  private static final long KEY = 99;

  static Stream<Arguments> networks() {
    return Kernels.NAMES.stream()
        .flatMap(kernels -> architectures().map(each -> Arguments.of(kernels, each.name(), each)));
  }

  /** Some by hand, and random ones of all the layers there are. */
  private static Stream<Architecture> architectures() {
    return Stream.of(byHand(), byVectors(), RandomNetworks.of(60).stream())
        .flatMap(networks -> networks);
  }

  static Stream<Architecture> byHand() {
    return Stream.of(
        Presets.softmax(Shape.of(4, 3, 1), 10),
        Presets.mlp(Shape.of(4, 3, 1), 10, 0.25),
        Presets.cnn(Shape.of(19, 18, 1), 10, 0.2, Padding.VALID, 0.07),
        Presets.cnn(Shape.of(9, 10, 3), 4, 0.2, Padding.SAME, 0.07),
        network("relu in the layer", dense(7, Function.RELU), dense(5, Function.SOFTMAX)),
        network("dropout of the input", new Dropout("in", 0.5), dense(5, Function.SOFTMAX)),
        network("relu of the input", relu("in"), dense(5, Function.SOFTMAX)),
        network(
            "relu after dropout",
            dense(9, Function.LINEAR),
            new Dropout("dropout", 0.3),
            relu("relu"),
            dense(4, Function.SOFTMAX)),
        network("dropout of nothing", new Dropout("none", 0), dense(5, Function.SOFTMAX)),
        network("relu twice", dense(9, Function.RELU), relu("relu"), dense(4, Function.SOFTMAX)),
        network(
            "dropout twice",
            new Dropout("a", 0.2),
            new Dropout("b", 0.4),
            dense(4, Function.SOFTMAX)),
        network("softmax of a relu", dense(6, Function.RELU), softmax()),
        network("softmax of dropout", dense(6, Function.RELU), new Dropout("last", 0.4), softmax()),
        images(
            "convolution alone", conv(2, 3, 3, Padding.VALID), new Flatten("flatten"), softmax()),
        images("even pooling", pool(2, 2), new Flatten("flatten"), dense(4, Function.SOFTMAX)),
        images(
            "overlapping pooling of a convolution",
            conv(3, 3, 5, Padding.SAME),
            pool(3, 1),
            conv(2, 1, 1, Padding.VALID),
            new Flatten("flatten"),
            dense(4, Function.SOFTMAX)),
        images(
            "dropout and relu after pooling",
            new Conv2D("conv", 3, 5, 3, Padding.VALID, Function.LINEAR),
            pool(2, 1),
            new Dropout("dropout", 0.3),
            relu("relu"),
            new Flatten("flatten"),
            dense(4, Function.SOFTMAX)),
        images(
            "global pooling",
            conv(3, 3, 3, Padding.SAME),
            new GlobalMaxPooling2D("most", true),
            conv(4, 1, 1, Padding.SAME),
            new GlobalAveragePooling2D("mean", false),
            dense(4, Function.SOFTMAX)),
        images(
            "softmax of pooling",
            conv(2, 3, 3, Padding.SAME),
            pool(3, 2),
            new Flatten("f"),
            softmax()));
  }

  private static Stream<Architecture> byVectors() {
    return Stream.of(
        images(
            "weights shared by the places of an image",
            new Dense("first", 5, Function.RELU),
            new Dense("second", 3, Function.TANH),
            new Flatten("flatten"),
            dense(4, Function.SOFTMAX)),
        network(
            "softmax twice", dense(6, Function.SOFTMAX), new Dense("last", 4, Function.SOFTMAX)),
        network("softmax of the input", softmax(), dense(5, Function.SOFTMAX)),
        images(
            "normalization with a relu",
            conv(3, 3, 3, Padding.SAME),
            new BatchNormalization("first"),
            relu("relu"),
            pool(2, 2),
            new BatchNormalization("second"),
            new Flatten("flatten"),
            new BatchNormalization("third"),
            relu("relu_1"),
            dense(4, Function.SOFTMAX)),
        images(
            "normalization of the input, with a relu",
            new BatchNormalization("first"),
            relu("relu"),
            new Flatten("flatten"),
            dense(4, Function.SOFTMAX)));
  }

  private static Architecture network(String name, Layer... layers) {
    return new Architecture(name, Shape.of(11), List.of(layers));
  }

  private static Architecture images(String name, Layer... layers) {
    return new Architecture(name, Shape.of(7, 6, 2), List.of(layers));
  }

  private static Layer dense(int units, Function function) {
    return new Dense("dense_" + function, units, function);
  }

  private static Layer conv(int filters, int height, int width, Padding padding) {
    return new Conv2D("conv_" + filters, filters, height, width, padding, Function.RELU);
  }

  private static Layer pool(int size, int stride) {
    return new MaxPooling2D("pool", size, size, stride, stride);
  }

  private static Layer relu(String name) {
    return new Activation(name, Function.RELU);
  }

  private static Layer softmax() {
    return new Activation("softmax", Function.SOFTMAX);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("networks")
  void finiteDifferencesEqualTheGradients(String kernels, String name, Architecture architecture) {
    Random random = new Random(5);
    float[] w = Batches.parameters(architecture, random);
    Batch batch = Batches.random(architecture, 3, random);
    float[] gradient = new float[w.length];
    Arrays.fill(gradient, Float.NaN);
    double loss =
        new Network(architecture, Kernels.named(kernels), w).gradient(batch, KEY, gradient).loss();

    NaiveNetwork naive = new NaiveNetwork(architecture);
    double[] exact = IntStream.range(0, w.length).mapToDouble(i -> w[i]).toArray();
    assertEquals(naive.loss(exact, batch, KEY), loss, 1e-6 * Math.max(1, loss));
    double most =
        architecture.trained().stream().mapToDouble(v -> largest(gradient, v)).max().orElse(0);
    for (Variable variable : architecture.trained()) {
      double off = 1e-5 * largest(gradient, variable) + 1e-6 * most + 1e-8;
      for (int i : sample(variable, random)) {
        double difference = difference(naive, exact, batch, i);
        assertEquals(difference, gradient[i], off, name + ", parameter " + i);
      }
    }
  }

  private static double largest(float[] gradient, Variable variable) {
    return IntStream.range(variable.offset(), variable.end())
        .mapToDouble(i -> Math.abs(gradient[i]))
        .max()
        .orElseThrow();
  }

  private static int[] sample(Variable variable, Random random) {
    return variable.size() <= 40
        ? IntStream.range(variable.offset(), variable.end()).toArray()
        : random.ints(40, variable.offset(), variable.end()).toArray();
  }

  /** The central difference of the loss. */
  private static double difference(NaiveNetwork naive, double[] w, Batch batch, int i) {
    double h = 1e-5;
    double at = w[i];
    w[i] = at + h;
    double above = naive.loss(w, batch, KEY);
    w[i] = at - h;
    double below = naive.loss(w, batch, KEY);
    w[i] = at;
    return (above - below) / (2 * h);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("networks")
  void predictionsAreTheFormulaWithoutDropout(
      String kernels, String name, Architecture architecture) {
    Random random = new Random(6);
    float[] w = Batches.parameters(architecture, random);
    Batch batch = Batches.random(architecture, 5, random);
    Network network = new Network(architecture, Kernels.named(kernels), w);
    network.gradient(batch, KEY, new float[w.length]);
    float[] found = network.predict(batch.inputs, 5);

    double[] exact = IntStream.range(0, w.length).mapToDouble(i -> w[i]).toArray();
    NaiveNetwork naive = new NaiveNetwork(architecture);
    double loss = 0;
    int classes = architecture.classes();
    for (int row = 0; row < 5; row++) {
      double[] expected = naive.predict(exact, batch, row);
      for (int c = 0; c < classes; c++) {
        assertEquals(expected[c], found[row * classes + c], 2e-6, name);
      }
      loss -= Math.log(expected[batch.labels[row]]) / 5;
    }
    loss += naive.penalty();
    assertEquals(loss, network.evaluate(batch).loss(), 1e-6 * Math.max(1, loss));
    double[] penalties = new double[5];
    network.predict(batch.inputs, 5);
    network.penalties(5, penalties, 0);
    double mean = Arrays.stream(penalties).average().orElseThrow();
    assertEquals(naive.penalty(), mean, 1e-6 * Math.max(1, mean));
  }

  /** A pass leaves nothing that changes the next, whatever its size. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("networks")
  void theSameBatchAndKeyGiveTheSameBits(String kernels, String name, Architecture architecture) {
    Random random = new Random(7);
    float[] w = Batches.parameters(architecture, random);
    Batch batch = Batches.random(architecture, 2, random);
    float[] first = new float[w.length];
    float[] again = new float[w.length];
    Network network = new Network(architecture, Kernels.named(kernels), w);
    network.gradient(batch, KEY, first);
    network.gradient(Batches.random(architecture, 5, random), KEY, again);
    network.predict(batch.inputs, 1);
    network.gradient(batch, KEY, again);
    assertArrayEquals(first, again, name);
  }

  /** Whose gradient is taken after the pooling, unless something else takes the relu's output. */
  @ParameterizedTest
  @CsvSource({"2, 2, VALID", "3, 1, VALID", "3, 2, SAME", "2, 3, SAME"})
  void poolingOfAReluHasTheBitsOfBothOneByOne(int size, int stride, Padding padding) {
    Layer pool = new MaxPooling2D("pool", new Windows(size, size, stride, stride, padding));
    List<Layer> end = List.of(pool, new Flatten("flatten"), dense(4, Function.SOFTMAX));
    Layer linear = new Conv2D("conv", 17, 3, 3, Padding.SAME, Function.LINEAR);
    Layer rectified = new Conv2D("conv", 17, 3, 3, Padding.SAME, Function.RELU);
    ReLU relu = new ReLU("relu", Double.POSITIVE_INFINITY, 0, 0);
    for (String kernels : Kernels.NAMES) {
      float[] together = gradient(kernels, Stream.concat(Stream.of(rectified), end.stream()));
      float[] apart = gradient(kernels, Stream.concat(Stream.of(linear, relu), end.stream()));
      assertArrayEquals(apart, together, kernels);
    }
  }

  private static float[] gradient(String kernels, Stream<Layer> layers) {
    Architecture architecture = images("pooling", layers.toArray(Layer[]::new));
    Random random = new Random(8);
    float[] w = Batches.parameters(architecture, random);
    float[] gradient = new float[w.length];
    Batch batch = Batches.random(architecture, 5, random);
    new Network(architecture, Kernels.named(kernels), w).gradient(batch, KEY, gradient);
    return gradient;
  }

  /** Not of random networks: the dropout of a few values may be the same by another key. */
  @ParameterizedTest
  @MethodSource("byHand")
  void anotherKeyGivesOtherBitsWhereThereIsDropout(Architecture architecture) {
    Random random = new Random(7);
    float[] w = Batches.parameters(architecture, random);
    Batch batch = Batches.random(architecture, 2, random);
    float[] first = new float[w.length];
    float[] other = new float[w.length];
    Network network = new Network(architecture, Kernels.named("ejml"), w);
    network.gradient(batch, KEY, first);
    network.gradient(batch, KEY + 1, other);
    boolean drops =
        architecture.layers().stream()
            .anyMatch(layer -> layer instanceof Dropout dropout && dropout.rate() > 0);
    assertEquals(!drops, Arrays.equals(first, other), architecture.name());
  }

  @Test
  void everyRegisteredLayerIsAmongThem() {
    Set<String> found = new HashSet<>();
    architectures()
        .flatMap(network -> network.layers().stream())
        .forEach(layer -> found.add(layer.type()));
    assertEquals(RandomNetworks.types(), found);
  }
}
