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
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.nn.layer.augmentation.Interval;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.core.Penalties;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.pooling.AveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalMaxPooling2D;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.pooling.Windows;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Borders;
import org.epochflow.model.nn.layer.reshaping.Cropping2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.nn.layer.reshaping.Permute;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D.Interpolation;
import org.epochflow.model.nn.layer.reshaping.ZeroPadding2D;
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
  private static final Interval SHARES = new Interval(0, 1);
  private static final List<Architecture> NETWORKS =
      List.of(
          Presets.softmax(IMAGE, 10),
          Presets.mlp(IMAGE, 10, 0.25),
          Presets.cnn(IMAGE, 10, 0.2, Padding.VALID, 1),
          Presets.cnn(IMAGE, 10, 0.2, Padding.SAME, 0.3),
          normalizing(),
          sampling(),
          regularized(),
          Augment.parse("flip=both,translate=0.2,rotate=20,zoom=0.2,contrast=0.5,erase=0.8")
              .inFrontOf(Presets.cnn(IMAGE, 10, 0.2, Padding.VALID, 0.3), IMAGE, SHARES));

  private static Architecture normalizing() {
    return new Architecture(
        "normalizing",
        IMAGE,
        List.of(
            new Conv2D("conv", 17, 3, 3, Padding.VALID, Function.LINEAR),
            new BatchNormalization("batch"),
            new Activation("relu", Function.RELU),
            new MaxPooling2D("pool", 3, 3, 3, 3),
            new LayerNormalization("layer"),
            new PReLU("prelu", Initializer.ZEROS, List.of(1, 2)),
            new GaussianNoise("noise", 0.1),
            new SpatialDropout2D("channels", 0.2),
            new Flatten("flatten"),
            new Dense("dense", 64, Function.GELU),
            new BatchNormalization("batch_1"),
            new GaussianDropout("dropout", 0.1),
            new Dense("dense_1", 10, Function.SOFTMAX)));
  }

  /** What the parameters and the outputs of each layer add to the loss. */
  private static Architecture regularized() {
    Regularizer both = new Regularizer(0.001, 0.002);
    KernelAndBias costly = KernelAndBias.STANDARD.with(new Penalties(List.of(both), both, both));
    return new Architecture(
        "regularized",
        IMAGE,
        List.of(
            new Conv2D("conv", 17, Window.of(3, 3, Padding.VALID), Function.RELU, costly),
            new MaxPooling2D("pool", 2, 2, 2, 2),
            new Flatten("flatten"),
            new Dense("dense", 64, Function.GELU, costly),
            new Dense("dense_1", 10, Function.SOFTMAX, costly)));
  }

  /** Layers that pool and move values, between convolutions so that a gradient passes through. */
  private static Architecture sampling() {
    return new Architecture(
        "sampling",
        IMAGE,
        List.of(
            new ZeroPadding2D("pad", new Borders(1, 2, 0, 1)),
            new Conv2D("conv", 17, 3, 3, Padding.VALID, Function.RELU),
            new AveragePooling2D("average", new Windows(3, 2, 2, 2, Padding.SAME)),
            new Permute("permute", List.of(2, 1, 3)),
            new UpSampling2D("bilinear", 2, 1, Interpolation.BILINEAR),
            new MaxPooling2D("max", new Windows(3, 3, 1, 2, Padding.SAME)),
            new Conv2D("conv_1", 16, 3, 3, Padding.VALID, Function.RELU),
            new UpSampling2D("nearest", 1, 2, Interpolation.NEAREST),
            new Cropping2D("crop", new Borders(0, 1, 2, 0)),
            new Conv2D("conv_2", 33, 3, 3, Padding.SAME, Function.LINEAR),
            new GlobalMaxPooling2D("global", true),
            new Flatten("flatten"),
            new Dense("dense", 10, Function.SOFTMAX)));
  }

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
