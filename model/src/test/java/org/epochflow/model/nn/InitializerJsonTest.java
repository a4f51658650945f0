package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.epochflow.model.Golden;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Initializer.Fan;
import org.epochflow.model.nn.Initializer.Law;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Initializers are read by every name that Keras has had for them, and written as it writes. */
class InitializerJsonTest {
  private static Initializer read(JsonNode initializer) throws ModelFormatException {
    ObjectNode config = Json.object();
    config.set("kernel_initializer", initializer);
    return Initializer.read(
        new JsonObject(config, "a.json, layer l"), "kernel_initializer", Initializer.ONES);
  }

  private static Initializer read(String initializer) throws ModelFormatException {
    return read(Json.parse(initializer.replace('\'', '"'), "a.json"));
  }

  static List<JsonNode> cases() throws IOException {
    JsonNode cases = Golden.read("initializers.json").get("cases");
    return StreamSupport.stream(cases.spliterator(), false).toList();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void whatKerasWritesIsReadAndWrittenAgain(JsonNode golden) throws Exception {
    JsonNode theirs = golden.get("keras");
    ObjectNode expected = theirs.deepCopy();
    // Seeds are not kept, and earlier versions do not know the axes.
    ObjectNode config = (ObjectNode) expected.get("config");
    config.remove(List.of("input_axes", "output_axes"));
    if (config.has("seed")) {
      config.putNull("seed");
    }
    assertEquals(expected, Json.parse(Json.compact(read(theirs).json()), "ours"));
    if (golden.has("name")) {
      assertEquals(read(theirs), read(golden.get("name")));
    }
  }

  /** The deviation and the greatest value, of Keras's numbers for a kernel (3, 3, 64, 32). */
  @ParameterizedTest
  @MethodSource("cases")
  void itsValuesAreDistributedAsKeras(JsonNode golden) throws Exception {
    Initializer initializer = read(golden.get("keras"));
    int[] shape = Golden.ints(golden.get("shape"));
    List<Integer> dimensions = Arrays.stream(shape).boxed().toList();
    Variable variable = new Variable("kernel", dimensions, initializer);
    float[] w = new float[variable.size()];
    initializer.fill(w, variable, 11);
    double mean = 0;
    double square = 0;
    double most = 0;
    for (float value : w) {
      mean += value / (double) w.length;
      square += value * (double) value / w.length;
      most = Math.max(most, Math.abs(value));
    }
    double deviation = golden.get("deviation").doubleValue();
    assertEquals(golden.get("mean").doubleValue(), mean, 0.05 * deviation + 1e-7);
    assertEquals(deviation, Math.sqrt(Math.max(0, square - mean * mean)), 0.03 * deviation + 1e-5);
    if (!golden.get("unbounded").booleanValue()) {
      double greatest = golden.get("most").doubleValue();
      assertEquals(greatest, most, 0.01 * greatest);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "zeros, Zeros",
    "zero, Zeros",
    "one, Ones",
    "normal, RandomNormal",
    "uniform, RandomUniform",
    "random_uniform, RandomUniform",
    "HeUniform, HeUniform",
    "lecun_normal, LecunNormal",
    "glorot_uniform, GlorotUniform",
    "variance_scaling, VarianceScaling",
    "truncated_normal, TruncatedNormal",
    "orthogonal, Orthogonal",
    "OrthogonalInitializer, Orthogonal",
    "IdentityInitializer, Identity"
  })
  void aNameAloneMeansTheDefaults(String name, String type) throws Exception {
    assertEquals(type, read("'" + name + "'").type());
    assertEquals(read("'" + name + "'"), read("{'class_name': '" + name + "', 'config': {}}"));
  }

  @Test
  void whatIsMissingIsTheLayers() throws Exception {
    JsonObject none = new JsonObject(Json.object(), "a.json");
    assertEquals(Initializer.ONES, Initializer.read(none, "any", Initializer.ONES));
    assertEquals(Initializer.ONES, read("null"));
  }

  @Test
  void aScaledVarianceOfKeras2IsRead() throws Exception {
    assertEquals(
        new Initializer("VarianceScaling", Law.TRUNCATED_NORMAL, Fan.OUT, 3, 0),
        read(
            """
            {'class_name': 'VarianceScaling', 'config':
             {'scale': 3.0, 'mode': 'fan_out', 'distribution': 'normal', 'seed': null}}
            """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "'mine' | Zeros, Ones, Constant, RandomUniform, RandomNormal, TruncatedNormal,"
            + " VarianceScaling, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform,"
            + " LecunNormal, Orthogonal, Identity as kernel_initializer, found \"mine\""
            + " (a.json, layer l)",
        "{'class_name': 'Constant', 'config': {'value': [1, 2]}} | a number as value, found [1,2]"
            + " (a.json, layer l, kernel_initializer, config)",
        "{'class_name': 'Constant', 'config': {'value': 'NaN'}} | a finite number as value, found"
            + " \"NaN\" (a.json, layer l, kernel_initializer, config)",
        "{'class_name': 'VarianceScaling', 'config': {'scale': 0}} | a number above 0 as scale,"
            + " found 0 (a.json, layer l, kernel_initializer, config)",
        "{'class_name': 'VarianceScaling', 'config': {'mode': 'fan'}} | fan_in, fan_out or fan_avg"
            + " as mode, found \"fan\" (a.json, layer l, kernel_initializer, config)",
        "{'class_name': 'HeNormal', 'config': {'input_axes': [0]}} | null as input_axes, found [0]"
            + " (a.json, layer l, kernel_initializer, config)",
        "{'class_name': 'Zeros', 'registered_name': 'mine>Zeros'} | null or \"Zeros\" as"
            + " registered_name, found \"mine>Zeros\" (a.json, layer l, kernel_initializer)",
        "3 | a JSON object, found 3 (a.json, layer l, kernel_initializer)",
      })
  void whatCannotBeMeantIsRefused(String initializer, String message) {
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(initializer));
    assertEquals("Expected " + message, e.getMessage());
  }
}
