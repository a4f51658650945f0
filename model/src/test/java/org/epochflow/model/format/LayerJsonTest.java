package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Locale;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.ChannelValues;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings of single layers, in every form that Keras has written them in. */
final class LayerJsonTest {
  private static Architecture model(String... layers) throws Exception {
    return ArchitectureJson.read(
        """
        {"class_name": "Sequential", "config": {"name": "m", "build_input_shape": [null, 4, 4, 3],
         "layers": [%s, {"class_name": "Flatten", "config": {"name": "f"}},
          {"class_name": "Dense", "config": {"name": "s", "units": 2}}]}}
        """
            .formatted(String.join(", ", layers)),
        "m.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"tanh\" | TANH",
        "\"swish\" | SILU",
        "\"hard_swish\" | HARD_SILU",
        "null | LINEAR",
        "{\"module\": \"builtins\", \"class_name\": \"function\", \"config\": \"tanh\","
            + " \"registered_name\": \"function\"} | TANH",
        "{\"class_name\": \"ReLU\", \"config\": {\"max_value\": null, \"negative_slope\": 0.0,"
            + " \"threshold\": 0.0}} | RELU",
        "{\"class_name\": \"ReLU\", \"config\": {\"max_value\": 6.0}} | RELU6",
        "{\"class_name\": \"LeakyReLU\", \"config\": {\"alpha\": 0.20000000298023224}}"
            + " | LEAKY_RELU",
        "{\"class_name\": \"ELU\", \"config\": {\"alpha\": 1.0}} | ELU",
        "{\"class_name\": \"Softmax\", \"config\": {\"axis\": -1}} | SOFTMAX",
        "{\"class_name\": \"Activation\", \"config\": {\"activation\": \"mish\"}} | MISH",
      })
  void anActivationIsANameOrAnObject(String written, Function expected) throws Exception {
    String layer =
        "{\"class_name\": \"Activation\", \"config\": {\"name\": \"a\", \"activation\": %s}}";
    assertEquals(new Activation("a", expected), model(layer.formatted(written)).layers().get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Activation | \"activation\": \"threshold\" | activation | threshold",
        "Activation | \"activation\": {\"class_name\": \"PReLU\", \"config\": {}} | class_name | PReLU",
        "Activation | \"activation\": {\"class_name\": \"ELU\", \"config\": {\"alpha\": 2.0}}"
            + " | 1.0 as alpha | 2.0",
        "Activation | \"activation\": {\"class_name\": \"LeakyReLU\", \"config\": {\"alpha\": 0.3}}"
            + " | 0.2 as alpha | 0.3",
        "Softmax | \"axis\": 1 | -1 as axis | 1",
        "BatchNormalization | \"axis\": 1 | the last axis | 1",
        "BatchNormalization | \"axis\": [1, 2] | as axis | [1,2]",
        "BatchNormalization | \"renorm\": true | false or null as renorm | true",
        "BatchNormalization | \"synchronized\": true | as synchronized | true",
        "BatchNormalization | \"gamma_regularizer\": {} | a field class_name | none",
        "BatchNormalization | \"gamma_constraint\": {} | null as gamma_constraint | {}",
        "BatchNormalization | \"activity_regularizer\": \"l2\" | null as activity_regularizer | l2",
        "ActivityRegularization | \"l1\": -1 | l1 and l2 of 0 or more | -1",
        "BatchNormalization | \"center\": 1 | true or false as center | 1",
        "LayerNormalization | \"axis\": [1, 2, 3] | as axis | [1,2,3]",
        "LayerNormalization | \"rms_scaling\": true | as rms_scaling | true",
        "Rescaling | \"scale\": [] | a number or a list of numbers as scale | []",
        "Rescaling | \"scale\": [1, \"2\", 3] | a number or a list of numbers as scale | 2",
        "Rescaling | \"scale\": [1, 2] | 1 or 3 values as scale | 2",
        "Normalization | \"axis\": [1, 2, 3] | as axis | [1,2,3]",
        "Normalization | \"mean\": [1, 2] | a field variance | none",
        "PReLU | \"shared_axes\": [4] | shared_axes from 1 to 3 | [4]",
        "PReLU | \"shared_axes\": 1 | a list as shared_axes | 1",
        "PReLU | \"alpha_constraint\": {} | null as alpha_constraint | {}",
        "SpatialDropout2D | \"rate\": 0.1, \"data_format\": \"channels_first\" | channels_last"
            + " | channels_first",
        "GaussianNoise | \"stddev\": 2 | a stddev from 0 to 1 | 2.0",
      })
  void settingsThatNobodyHasAreRefusedByName(
      String type, String settings, String expected, String found) {
    String layer =
        "{\"class_name\": \"%s\", \"config\": {\"name\": \"a\", %s}}".formatted(type, settings);
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> model(layer), settings);
    String message = String.valueOf(e.getMessage());
    for (String part : List.of("expected", expected, "found", found, "m.json")) {
      assertTrue(message.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT)), message);
    }
  }

  @Test
  void normalizationsHaveKerassDefaults() throws Exception {
    List<Layer> layers =
        model(
                "{\"class_name\": \"BatchNormalization\", \"config\": {\"name\": \"b\", \"axis\": [3]}}",
                "{\"class_name\": \"LayerNormalization\", \"config\": {\"name\": \"l\"}}",
                "{\"class_name\": \"Normalization\", \"config\": {\"name\": \"n\", \"axis\": null}}",
                "{\"class_name\": \"Rescaling\", \"config\": {\"name\": \"r\", \"scale\": 2}}")
            .layers();
    BatchNormalization batch = new BatchNormalization("b");
    assertEquals(
        List.of(
            new BatchNormalization("b", 3, 1e-3, batch.gammaAndBeta(), batch.moving()),
            new LayerNormalization("l"),
            new Normalization("n", null, false, null),
            new Rescaling("r", ChannelValues.of(2), ChannelValues.of(0))),
        layers.subList(0, 4));
    assertEquals(0.99, batch.moving().momentum());
  }
}
