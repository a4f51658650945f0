package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Initializer.Law;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.activation.ELU;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.ChannelValues;
import org.epochflow.model.nn.layer.normalization.GammaAndBeta;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The presets' shapes and parameters, and what each impossible network says. */
class ArchitectureTest {
  private static final Shape MNIST = Shape.of(28, 28, 1);
  private static final Layer FLATTEN = new Flatten("flatten");
  private static final Layer SOFTMAX = new Dense("out", 10, Function.SOFTMAX);

  private static Architecture cnn(Padding padding) {
    return Presets.cnn(MNIST, 10, 0.2, padding, 1);
  }

  @Test
  void presetsHaveTheParametersThatTheirDocumentationSays() {
    assertEquals(61_706, Presets.lenet(MNIST, 10).parameterCount());
    assertEquals(305_242, Presets.resnet(MNIST, 10).parameterCount());
    assertEquals(55_002, Presets.fast(MNIST, 10).parameterCount());
  }

  @Test
  void presetsHaveTheCoursesParameters() {
    assertEquals(7_850, Presets.softmax(MNIST, 10).parameterCount());
    assertEquals(185_300, Presets.mlp(MNIST, 10, 0.25).parameterCount());
    assertEquals(688_138, cnn(Padding.VALID).parameterCount());
    assertEquals(3_309_578, cnn(Padding.SAME).parameterCount());
  }

  @ParameterizedTest
  @CsvSource({"VALID, 28 26 13 11 5 3, 1152", "SAME, 28 28 14 14 7 7, 6272"})
  void imagesShrinkAsKerasHasIt(Padding padding, String heights, int flat) {
    List<Shape> shapes = cnn(padding).shapes();
    List<Integer> expected = Arrays.stream(heights.split(" ")).map(Integer::valueOf).toList();
    assertEquals(expected, shapes.stream().filter(Shape::isImage).map(Shape::height).toList());
    assertEquals(Shape.of(flat), shapes.get(6));
    assertEquals(Shape.of(10), shapes.get(shapes.size() - 1));
    assertEquals(10, cnn(padding).classes());
  }

  @Test
  void sizesBeyondAnIntAreRefused() {
    Layer wide = new Dense("wide", 2_000_000_000, Function.RELU);
    Layer wider = new Conv2D("wider", 2_000_000_000, 3, 3, Padding.SAME, Function.RELU);
    Layer widest = new Conv2D("widest", 1, 99_999, 99_999, Padding.SAME, Function.RELU);
    assertEquals(
        "Expected at most 500000000 parameters in net, found 1590000000010",
        refusal(FLATTEN, wide, SOFTMAX));
    assertEquals(
        "Expected a shape of at most 2147483647 values, found 1568000000000: [28, 28, 2000000000]",
        refusal(wider, FLATTEN, SOFTMAX));
    assertEquals(
        "Layer widest: expected at most 2147483647 values in patches of an image,"
            + " found 7839843200784",
        refusal(widest, FLATTEN, SOFTMAX));
  }

  private static String refusal(Layer... layers) {
    Exception refused =
        assertThrows(
            ArchitectureException.class, () -> new Architecture("net", MNIST, List.of(layers)));
    return String.valueOf(refused.getMessage());
  }

  @Test
  void aBatchIsAsLargeAsTheLargestLayerLetsItBe() {
    Architecture cnn = Presets.cnn(Shape.of(224, 224, 1), 10, 0.2, Padding.VALID, 1);
    assertEquals(Integer.MAX_VALUE / (222 * 222 * 32), cnn.largestBatch());
    assertEquals(170, cnn.atOnce(256));
    assertEquals(256, cnn(Padding.VALID).atOnce(256));
  }

  @Test
  void aMultiplierWidensTheFilters() {
    assertEquals(
        List.of(8, 16, 32),
        Presets.cnn(MNIST, 10, 0.2, Padding.VALID, 0.25).layers().stream()
            .filter(Conv2D.class::isInstance)
            .map(layer -> ((Conv2D) layer).filters())
            .toList());
  }

  @Test
  void variablesFollowOneAnotherInKerasOrder() {
    List<Variable> variables =
        cnn(Padding.VALID).variables().stream().flatMap(List::stream).toList();
    int offset = 0;
    for (int i = 0; i < variables.size(); i++) {
      assertEquals(i % 2 == 0 ? "kernel" : "bias", variables.get(i).name());
      assertEquals(offset, variables.get(i).offset());
      offset = variables.get(i).end();
    }
    assertEquals(cnn(Padding.VALID).parameterCount(), offset);
    assertEquals(List.of(3, 3, 32, 64), variables.get(2).dimensions());
    assertEquals(List.of(1152, 512), variables.get(6).dimensions());
  }

  @Test
  void shapesAreWrittenAsKerasWritesThem() {
    assertEquals("(28, 28, 1)", MNIST.toString());
    assertEquals("(784,)", Shape.of(784).toString());
    assertEquals(784, MNIST.size());
    Exception e = assertThrows(IllegalArgumentException.class, () -> Shape.of(28, 0));
    assertEquals("Expected dimensions of 1 or more, found [28, 0]", e.getMessage());
    assertThrows(IllegalArgumentException.class, Shape::of);
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("Expected at least one layer", MNIST),
        fault("Expected one layer of a name, found two: flatten", MNIST, FLATTEN, FLATTEN),
        fault("Expected a layer with parameters, found none", MNIST, FLATTEN),
        fault(
            "Expected one probability per class as output, found shape (28, 28, 10); put a Flatten"
                + " before the last layer with weights",
            MNIST,
            SOFTMAX),
        fault(
            "Layer pool: expected images (height, width, channels), found (784,)",
            MNIST,
            FLATTEN,
            new MaxPooling2D("pool", 2, 2, 2, 2)),
        fault(
            "Layer conv: expected images (height, width, channels), found (784,)",
            MNIST,
            FLATTEN,
            conv(1, 3, 3)),
        fault(
            "Layer conv: expected an input of at least (3, 5), found (9, 4, 1)",
            Shape.of(9, 4, 1),
            conv(1, 3, 5)),
        fault(
            "Layer pool: expected an input of at least (3, 2), found (2, 9, 1)",
            Shape.of(2, 9, 1),
            new MaxPooling2D("pool", 3, 2, 1, 1)),
        fault("Layer conv: expected filters of 1 or more, found 0", () -> conv(0, 3, 3)),
        fault(
            "Layer dense: expected units of 1 or more, found -1",
            () -> new Dense("dense", -1, Function.RELU)),
        fault(
            "Layer pool: expected pool_size of 1 or more, found 0",
            () -> new MaxPooling2D("pool", 2, 0, 2, 2)),
        fault(
            "Layer pool: expected strides of 1 or more, found 0",
            () -> new MaxPooling2D("pool", 2, 2, 0, 2)),
        fault("Layer d: expected a rate from 0 to below 1, found 1.0", () -> new Dropout("d", 1)),
        fault(
            "Layer d: expected a rate from 0 to below 1, found -0.1", () -> new Dropout("d", -.1)),
        fault(
            "Layer d: expected a rate from 0 to below 1, found NaN",
            () -> new Dropout("d", Double.NaN)),
        fault(
            "Layer l: expected negative_slope of 0 or more, found -0.1",
            () -> new LeakyReLU("l", -.1)));
  }

  /** Of the layers that are functions, shift and scale, or make noise. */
  static Stream<Arguments> faultsOfOtherLayers() {
    return Stream.of(
        fault(
            "Layer r: expected max_value of 0 or more, found -1.0", () -> new ReLU("r", -1, 0, 0)),
        fault(
            "Layer r: expected threshold of 0 or more, found NaN",
            () -> new ReLU("r", 6, 0, Double.NaN)),
        fault("Layer e: expected a finite alpha, found NaN", () -> new ELU("e", Double.NaN)),
        fault(
            "Layer p: expected shared_axes from 1 to 1, found [1, 2]",
            Shape.of(4),
            new PReLU("p", Initializer.ZEROS, List.of(1, 2))),
        fault(
            "Layer s: expected a rate from 0 to below 1, found 1.0",
            () -> new SpatialDropout2D("s", 1)),
        fault(
            "Layer s: expected images (height, width, channels), found (4,)",
            Shape.of(4),
            new SpatialDropout2D("s", 0.5)),
        fault(
            "Layer g: expected a stddev from 0 to 1, found 1.5", () -> new GaussianNoise("g", 1.5)),
        fault(
            "Layer g: expected a rate from 0 to below 1, found 1.0",
            () -> new GaussianDropout("g", 1)),
        fault(
            "Layer b: expected the last axis, -1 or 3, found 1",
            MNIST,
            new BatchNormalization(
                "b", 1, 0.1, GammaAndBeta.DEFAULT, BatchNormalization.Moving.DEFAULT)),
        fault(
            "Layer b: expected a momentum from 0 to 1, found 1.5",
            () ->
                new BatchNormalization(
                    "b",
                    -1,
                    0.1,
                    GammaAndBeta.DEFAULT,
                    new BatchNormalization.Moving(1.5, Initializer.ZEROS, Initializer.ONES))),
        fault(
            "Layer n: expected epsilon of 0 or more, found -1.0",
            () -> new LayerNormalization("n", -1, -1, GammaAndBeta.DEFAULT)),
        fault(
            "Layer n: expected the last axis, -1 or 3, found 2",
            MNIST,
            new LayerNormalization("n", 2, 0.1, GammaAndBeta.DEFAULT)),
        fault(
            "Layer r: expected 1 or 3 values as scale, found 2",
            Shape.of(3, 3, 3),
            new Rescaling("r", new ChannelValues(List.of(1.0, 2.0)), ChannelValues.of(0))),
        fault(
            "Layer n: expected 1 or 3 values as mean, found 2",
            Shape.of(3, 3, 3),
            new Normalization(
                "n",
                -1,
                false,
                new Normalization.Given(
                    new ChannelValues(List.of(1.0, 2.0)), ChannelValues.of(1)))));
  }

  static Stream<Arguments> faultsOfConvolutions() {
    return Stream.of(
        fault("Layer conv: expected kernel_size of 1 or more, found 0", () -> conv(1, 0, 3)),
        fault(
            "Layer conv: expected strides of 1 or more, found 0",
            () -> conv(new Window(3, 3, 1, 0, 1, 1, Padding.SAME))),
        fault(
            "Layer conv: expected dilation_rate of 1 or more, found -1",
            () -> conv(new Window(3, 3, 1, 1, -1, 1, Padding.SAME))),
        fault(
            "Layer conv: expected strides or a dilation_rate above 1, found both, (1, 2) and (3, 1)",
            () -> conv(new Window(3, 3, 1, 2, 3, 1, Padding.SAME))),
        fault(
            "Layer conv: expected an input of at least (7, 5), found (9, 4, 1)",
            Shape.of(9, 4, 1),
            conv(new Window(3, 5, 1, 1, 3, 1, Padding.VALID))),
        fault(
            "Layer conv: expected at most 2147483647 values in an image with its zeros,"
                + " found 1020000013260",
            MNIST,
            conv(new Window(2, 2, 1, 1, 1, 999_999_999, Padding.SAME))),
        fault(
            "Layer d: expected depth_multiplier of 1 or more, found 0",
            () -> new DepthwiseConv2D("d", 0, Window.of(3, 3, Padding.SAME))),
        fault(
            "Layer d: expected an initializer for variables of rank 4, found Identity",
            () ->
                new Conv2D(
                    "d",
                    1,
                    Window.of(1, 1, Padding.SAME),
                    Function.LINEAR,
                    new KernelAndBias(
                        true,
                        List.of(new Initializer("Identity", Law.IDENTITY, null, 1, 0)),
                        Initializer.ZEROS))),
        fault(
            "Layer d: expected an initializer for variables of rank 1, found Orthogonal",
            () ->
                new Dense(
                    "d",
                    1,
                    Function.LINEAR,
                    new KernelAndBias(
                        true,
                        List.of(Initializer.ZEROS),
                        new Initializer("Orthogonal", Law.ORTHOGONAL, null, 1, 0)))));
  }

  private static Layer conv(int filters, int height, int width) {
    return new Conv2D("conv", filters, height, width, Padding.VALID, Function.RELU);
  }

  private static Layer conv(Window window) {
    return new Conv2D("conv", 1, window, Function.RELU, KernelAndBias.STANDARD);
  }

  private static Arguments fault(String message, Shape input, Layer... layers) {
    return fault(message, () -> new Architecture("network", input, List.of(layers)));
  }

  private static Arguments fault(String message, Supplier<Object> network) {
    return Arguments.of(message, network);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"faults", "faultsOfOtherLayers", "faultsOfConvolutions"})
  void aNetworkThatCannotBeSaysWhy(String message, Supplier<Object> network) {
    assertEquals(message, assertThrows(ArchitectureException.class, network::get).getMessage());
  }

  @Test
  void parametersOfAnotherNetworkAreRefused() {
    Architecture softmax = Presets.softmax(MNIST, 10);
    Kernels kernels = Kernels.named("ejml");
    Exception e =
        assertThrows(
            ArchitectureException.class, () -> new Network(softmax, kernels, new float[7]));
    assertEquals("Expected 7850 parameters for softmax, found 7", e.getMessage());
  }
}
