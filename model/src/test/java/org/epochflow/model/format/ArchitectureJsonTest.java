package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.RandomNetworks;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Architectures survive Keras's JSON, and what Keras alone can do is refused by name. */
final class ArchitectureJsonTest {
  /** Every kind of layer, with values that are no defaults. */
  static final Architecture ALL =
      new Architecture(
          "all",
          Shape.of(9, 11, 2),
          List.of(
              new Conv2D(
                  "c",
                  3,
                  new Window(3, 5, 2, 1, 1, 1, Padding.SAME),
                  Function.RELU,
                  KernelAndBias.STANDARD),
              new MaxPooling2D("p", 3, 2, 1, 2),
              new Conv2D("d", 2, 1, 1, Padding.VALID, Function.LINEAR),
              new DepthwiseConv2D("e", 2, new Window(2, 1, 1, 1, 1, 3, Padding.SAME)),
              new SeparableConv2D("g", 4, Window.of(1, 2, Padding.VALID)),
              new Flatten("f"),
              new Dense("h", 4, Function.RELU),
              new Dropout("r", 0.5),
              new BatchNormalization("b"),
              new LayerNormalization("l"),
              new Dense("o", 3, Function.LINEAR),
              new Activation("s", Function.SOFTMAX)));

  static List<Architecture> architectures() {
    return Stream.of(States.presets(), List.of(ALL), RandomNetworks.of(200))
        .flatMap(List::stream)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void writtenThenReadIsTheSameArchitecture(Architecture architecture) throws Exception {
    String json = ArchitectureJson.write(architecture);
    assertEquals(architecture, ArchitectureJson.read(json, "a.json"));
    assertEquals(json, ArchitectureJson.write(ArchitectureJson.read(json, "a.json")));
  }

  @Test
  void layersThatAreFunctionsAreReadAsActivations() throws Exception {
    String json =
        """
        {"class_name": "Sequential", "config": {"name": "m", "build_input_shape": [null, 2, 2],
         "layers": [
          {"class_name": "Flatten", "config": {"name": "f"}},
          {"class_name": "ReLU", "module": "keras.layers", "registered_name": "ReLU",
           "config": {"name": "r", "max_value": null, "negative_slope": 0.0, "threshold": 0.0}},
          {"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": null}},
          {"class_name": "Softmax", "config": {"name": "s", "axis": -1}}]}}
        """;
    assertEquals(
        new Architecture(
            "m",
            Shape.of(2, 2),
            List.of(
                new Flatten("f"),
                new Activation("r", Function.RELU),
                new Dense("d", 3, Function.LINEAR),
                new Activation("s", Function.SOFTMAX))),
        ArchitectureJson.read(json, "m.json"));
  }

  @Test
  void aLeakyReluHasASlopeByItsNameInKeras3OrKeras2OrByDefault() throws Exception {
    String json =
        """
        {"class_name": "Sequential", "config": {"name": "m", "build_input_shape": [null, 2],
         "layers": [
          {"class_name": "LeakyReLU", "config": {"name": "a", "negative_slope": 0.1}},
          {"class_name": "LeakyReLU", "config": {"name": "b", "alpha": 0.2}},
          {"class_name": "LeakyReLU", "config": {"name": "c"}},
          {"class_name": "Dense", "config": {"name": "d", "units": 2}},
          {"class_name": "Softmax", "config": {"name": "s", "axis": -1}}]}}
        """;
    assertEquals(
        List.of(
            new LeakyReLU("a", 0.1),
            new LeakyReLU("b", 0.2),
            new LeakyReLU("c", 0.3),
            new Dense("d", 2, Function.LINEAR),
            new Activation("s", Function.SOFTMAX)),
        ArchitectureJson.read(json, "m.json").layers());
  }

  @Test
  void theInputIsAlsoTheFirstLayersOrTheBuiltModels() throws Exception {
    String dense =
        """
        {"class_name": "Sequential", "config": {"name": "m", "layers": [
          {"class_name": "Dense", "config": {"name": "d", "units": 3, "activation": "softmax" %s}}
        ]} %s}""";
    String first = dense.formatted(", \"batch_input_shape\": [null, 7]", "");
    String built = dense.formatted("", ", \"build_config\": {\"input_shape\": [8, 7]}");
    assertEquals(Shape.of(7), ArchitectureJson.read(first, "m.json").input());
    assertEquals(Shape.of(7), ArchitectureJson.read(built, "m.json").input());
    assertFault(dense.formatted("", ""), "an InputLayer or build_input_shape", "none");
    assertFault(
        dense.formatted(", \"batch_input_shape\": [null, null]", ""),
        "known dimensions as batch_input_shape",
        "[null,null]",
        "layer d");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"strides\" : [ 2, 1 ]  | \"strides\" : [ 0, 1 ]  | layer c | strides       | 0",
        "\"dilation_rate\" : [ 1, 1 ] | \"dilation_rate\" : [ 1, 3 ] | layer c | dilation_rate |"
            + " (1, 3)",
        "\"groups\" : 1          | \"groups\" : 2          | layer c | groups        | 2",
        "\"kernel_size\" : [ 3, 5 ] | \"kernel_size\" : [ 3, 0 ] | layer c | kernel_size | 0",
        "channels_last           | channels_first          | layer c | data_format   | channels_fi",
        "\"use_bias\" : true     | \"use_bias\" : 1        | layer c | use_bias      | 1",
        "\"GlorotUniform\"       | \"MyUniform\"           | layer c | kernel_initializer | MyUni",
        "\"depth_multiplier\" : 2 | \"depth_multiplier\" : 0 | layer e | depth_multiplier | 0",
        "\"pointwise_constraint\" : null | \"pointwise_constraint\" : {} | layer g"
            + " | pointwise_constraint | {}",
        "\"padding\" : \"same\"  | \"padding\" : \"causal\" | layer c | padding      | causal",
        "\"padding\" : \"valid\",\\s+\"strides\" : \\[ 1, 2 | \"padding\":\"full\",\"strides\":[1,2"
            + " | layer p | padding | full",
        "\"relu\"                | \"glu\"                 | layer c | activation    | glu",
        "float32                 | float16                 | all.json | name         | float16",
        "\"class_name\" : \"Dropout\" | \"class_name\" : \"LSTM\" | layer r | a layer that | LSTM",
        "\"module\" : \"keras.layers\" | \"module\" : \"mine\" | layer 0 | keras.layers  | mine",
        "\"class_name\" : \"Sequential\" | \"class_name\" : \"Mine\" | all.json | Sequential"
            + " | Mine",
        "\"units\" : 4,          | \"units\" : 4.5,        | layer h  | units         | 4.5",
        "\"units\" : 4,          | \"unit\" : 4,           | layer h  | field units   | none",
        "\"rate\" : 0.5          | \"rate\" : 1.5          | layer r  | rate          | 1.5",
        "\"kernel_constraint\" : null | \"kernel_constraint\" : {} | layer c | kernel_constraint"
            + " | {}",
        "\"config\"              | config                  | all.json | JSON          | fault",
      })
  void whatKerasAloneCanDoIsRefusedByName(
      String written, String other, String place, String expected, String found) {
    String json = ArchitectureJson.write(ALL);
    String pattern = written.contains("\\s") ? written : Pattern.quote(written);
    String changed = json.replaceFirst(pattern, Matcher.quoteReplacement(other));
    assertTrue(!changed.equals(json), "the test changes something: " + written);
    assertFault(changed, place, expected, found);
  }

  @Test
  void jsonWithinJsonIsRead() throws Exception {
    String twice = Json.pretty(TextNode.valueOf(ArchitectureJson.write(ALL)));
    assertEquals(ALL, ArchitectureJson.read(twice, "twice.json"));
    assertFault(Json.pretty(TextNode.valueOf(twice)), "a JSON object");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Conv2D", "c", "relu", "same", "Sequential", "filters"})
  void noMessageQuotesMoreThanALine(String word) {
    String json = ArchitectureJson.write(ALL);
    String longer = json.replace('"' + word + '"', '"' + "long\\n".repeat(10_000) + '"');
    assertFault(longer.replace("\"groups\" : 1", "\"groups\" : 2"), "all.json");
  }

  @Test
  void nothingIsWrittenThatEarlierVersionsOfKerasRefuse() {
    String json = ArchitectureJson.write(ALL);
    for (String later :
        List.of("quantization_config", "input_axes", "output_axes", "renorm", "rms_scaling")) {
      assertFalse(json.contains(later), later);
    }
  }

  private static void assertFault(String json, String... parts) {
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class, () -> ArchitectureJson.read(json, "all.json"), json);
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("Expected") || message.startsWith("Layer"), message);
    assertTrue(message.length() < 600 && message.lines().count() == 1, message);
    assertTrue(message.contains("all.json"), message);
    for (String part : parts) {
      assertTrue(message.contains(part), "Expected " + part + " in: " + message);
    }
  }
}
