package org.epochflow.export.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.epochflow.export.onnx.OnnxFile.Input;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.augmentation.RandomCrop;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.merging.Add;
import org.epochflow.model.nn.layer.merging.Multiply;
import org.epochflow.model.nn.layer.pooling.GlobalAveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalMaxPooling2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.predict.Classifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime gives the probabilities of a {@link Classifier}, to 1e-5. */
final class OnnxFileTest {
  private static final float TOLERANCE = 1e-5f;

  static Stream<Arguments> presets() {
    return named(Models.presets());
  }

  static Stream<Arguments> golden() throws IOException {
    return named(Models.golden());
  }

  static Stream<Arguments> layers() throws IOException {
    return named(Models.layers());
  }

  private static Stream<Arguments> named(Map<String, SavedModel> models) {
    return models.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("presets")
  void presetsGiveTheSameProbabilities(String name, SavedModel model) throws Exception {
    float[] found = assertSame(model, 1000);
    int sure = 0;
    for (float p : found) {
      sure += p < 0.001 || p > 0.999 ? 1 : 0;
    }
    assertTrue(sure < found.length / 2, "figures that tell something, beside " + sure);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("golden")
  void networksOfKerasDo(String name, SavedModel model) throws Exception {
    assertSame(model, 9);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("layers")
  void everyLayerDoes(String name, SavedModel model) throws Exception {
    assertSame(model, 9);
  }

  /** A layer that is added without its form, or without a case here, makes this fail. */
  @Test
  void thoseAreAllLayersThatThereAre() throws IOException {
    Set<String> types = new TreeSet<>(List.of("Softmax")); // read as an Activation
    Set<Function> functions = new HashSet<>();
    Stream.of(Models.layers(), Models.golden(), Models.presets(), Models.merging())
        .flatMap(models -> models.values().stream())
        .flatMap(model -> model.architecture().layers().stream())
        .forEach(
            layer -> {
              types.add(layer.type());
              if (layer instanceof Activation activation) {
                functions.add(activation.function());
              }
            });
    assertEquals(new TreeSet<>(Layers.names()), types);
    assertEquals(Set.of(Function.values()), functions);
  }

  static Stream<Arguments> mergings() {
    return named(Models.merging());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mergings")
  void mergingLayersDo(String name, SavedModel model) throws Exception {
    assertSame(model, 5);
  }

  @Test
  void aSumRepeatsAnInputOfOneValue() throws Exception {
    List<Layer> layers =
        List.of(
            new Conv2D("one", 3, 3, 3, Padding.SAME, Function.RELU),
            new GlobalAveragePooling2D("mean", true),
            new GlobalMaxPooling2D("most", true),
            new Multiply("gate"),
            new Add("merge"),
            new Flatten("flatten"),
            new Dense("dense", 3, Function.SOFTMAX));
    List<List<Integer>> inputs =
        List.of(
            List.of(0),
            List.of(1),
            List.of(1),
            List.of(1, 2),
            List.of(3, 4),
            List.of(5),
            List.of(6));
    assertSame(
        Models.random(
            new Architecture("gates", Shape.of(6, 5, 1), layers, inputs, new TreeSet<>())),
        5);
  }

  @Test
  void everyFormOfReluDoes() throws Exception {
    for (ReLU layer :
        List.of(
            new ReLU("relu", 0.4, 0, 0),
            new ReLU("relu", Double.POSITIVE_INFINITY, 0.1, 0.3),
            new ReLU("relu", 0.5, 0.2, 0.3))) {
      assertSame(Models.random(Models.network(Shape.of(4, 4, 1), layer)), 9);
    }
  }

  @Test
  void aCropOfAnotherSizeIsInterpolated() throws Exception {
    for (int size : new int[] {3, 5, 7, 10}) {
      Layer crop = new RandomCrop("crop", size, size);
      assertSame(Models.random(Models.network(Shape.of(7, 7, 2), crop)), 9);
    }
    assertSame(Models.random(Models.network(Shape.of(9, 7, 2), new RandomCrop("crop", 3, 3))), 9);
  }

  @ParameterizedTest
  @EnumSource(
      value = Function.class,
      names = {"LINEAR", "SIGMOID"})
  void oneOutputIsTheProbabilityOfTheSecondOfTwoClasses(Function function) throws Exception {
    Layer last = new Dense("dense", 1, function);
    assertSame(Models.random(new Architecture("two", Shape.of(12), List.of(last))), 20);
  }

  @Test
  void logitsBecomeProbabilities() throws Exception {
    Layer last = new Dense("dense", 5, Function.LINEAR);
    assertSame(Models.random(new Architecture("logits", Shape.of(12), List.of(last))), 20);
  }

  /** To 1e-5 with its inputs normalised, and with its pixels as bytes. */
  private static float[] assertSame(SavedModel model, int images) throws Exception {
    Shape input = model.architecture().input();
    byte[] pixels = new byte[images * input.size()];
    new Random(3).nextBytes(pixels);
    float[] x = new float[pixels.length];
    model.preprocessing().normalize(pixels, 0, pixels.length, x, 0);
    float[] expected = Classifier.of(model).probabilities(pixels, images);
    try (OnnxRuntime runtime = new OnnxRuntime(model, Input.NORMALIZED)) {
      assertArrayEquals(expected, runtime.probabilities(x, images, input), TOLERANCE);
    }
    try (OnnxRuntime runtime = new OnnxRuntime(model, Input.RAW_BYTES)) {
      assertArrayEquals(expected, runtime.probabilities(pixels, images, input), TOLERANCE);
    }
    return expected;
  }

  @Test
  void bytesAreStandardisedByChannel() throws Exception {
    Preprocessing measured = Preprocessing.standardized(List.of(0.3, 0.6), List.of(0.2, 0.7));
    SavedModel images =
        Models.random(Models.network(Shape.of(4, 3, 2), new Flatten("flatten"))).with(measured);
    assertSame(images, 9);
    SavedModel vectors =
        Models.random(Models.network(Shape.of(24), new Flatten("flatten"))).with(measured);
    assertSame(vectors, 9);
    assertSame(vectors.with(Preprocessing.BYTES), 9);
  }

  @Test
  void aNetworkOfVectorsTakesTheImagesThatItWasTrainedOn() throws Exception {
    SavedModel model = Models.preset("mlp").with(new Preprocessing(255, Shape.of(28, 28)));
    byte[] pixels = new byte[3 * 784];
    new Random(4).nextBytes(pixels);
    try (OnnxRuntime runtime = new OnnxRuntime(model, Input.RAW_BYTES)) {
      assertArrayEquals(
          Classifier.of(model).probabilities(pixels, 3),
          runtime.probabilities(pixels, 3, Shape.of(28, 28, 1)),
          TOLERANCE);
      assertEquals("[28,28,1]", runtime.metadata().get("input_shape"));
    }
  }

  @Test
  void metadataSayWhatGoesInAndWhatComesOut() throws Exception {
    SavedModel model = Models.preset("softmax");
    try (OnnxRuntime runtime = new OnnxRuntime(model, Input.NORMALIZED)) {
      Map<String, String> metadata = runtime.metadata();
      assertEquals(
          "[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"]",
          metadata.get("class_names"));
      assertEquals("[784]", metadata.get("input_shape"));
      assertEquals("{\"divisor\":255.0}", metadata.get("preprocessing"));
      assertEquals("false", metadata.get("preprocessing_inside"));
      assertEquals(64, metadata.getOrDefault("parameters_sha256", "").length());
    }
    Preprocessing measured = Preprocessing.standardized(List.of(0.25), List.of(0.5));
    try (OnnxRuntime runtime = new OnnxRuntime(model.with(measured), Input.RAW_BYTES)) {
      assertEquals(
          "{\"divisor\":255.0,\"mean\":[0.25],\"deviation\":[0.5]}",
          runtime.metadata().get("preprocessing"));
      assertEquals("true", runtime.metadata().get("preprocessing_inside"));
    }
  }

  @Test
  void theSameModelIsTheSameBytes() throws Exception {
    for (Input input : Input.values()) {
      assertArrayEquals(
          OnnxRuntime.bytes(Models.preset("cnn same"), input),
          OnnxRuntime.bytes(Models.preset("cnn same"), input));
    }
  }

  @Test
  void layersOfTrainingAloneAreLeftOut() throws IOException {
    SavedModel model = Models.preset("mlp");
    assertTrue(
        OnnxFile.model(model, model.classNames(), Input.NORMALIZED)
            .getGraph()
            .getNodeList()
            .stream()
            .map(node -> node.getOpType())
            .allMatch(Set.of("Gemm", "Relu", "Softmax")::contains));
  }

  /** Known to nobody. */
  private record Unknown(String name) implements Layer {
    @Override
    public Shape output(Shape input) {
      return input;
    }

    @Override
    public List<Operation> bind(int index, Shape input, List<Variable> variables) {
      return List.of();
    }

    @Override
    public void write(ObjectNode config) {
      config.put("known", false);
    }
  }

  @Test
  void aLayerWithoutAFormIsRefusedBeforeAnythingIsWritten() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    SavedModel model = Models.random(Models.network(Shape.of(3), new Unknown("new")));
    ArchitectureException refused =
        assertThrows(
            ArchitectureException.class,
            () -> OnnxFile.write(model, model.classNames(), Input.NORMALIZED, out));
    assertEquals(
        "Layer new: expected a layer that can be exported as ONNX, found Unknown",
        refused.getMessage());
    assertEquals(0, out.size());
  }
}
