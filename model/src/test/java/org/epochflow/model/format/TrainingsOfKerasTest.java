package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.epochflow.model.Golden;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.optim.Adam;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keras's {@code fit} and {@code evaluate} where a minibatch is all of the examples: losses with
 * label smoothing, class weights and regularizers, and the weights that they lead to.
 */
final class TrainingsOfKerasTest {
  private static final double TOLERANCE = 1e-5;

  static List<String> names() throws IOException {
    return Golden.names("trainings");
  }

  private static JsonNode golden(String name) throws IOException {
    return Golden.read("trainings/" + name + ".json");
  }

  private static Architecture architecture(JsonNode golden) throws IOException {
    return ArchitectureJson.read(golden.get("architecture").toString(), "golden");
  }

  private static JsonObject compiled(JsonNode loss) {
    return new JsonObject(Json.object().set("loss", loss), "m.keras, compile_config");
  }

  @ParameterizedTest
  @MethodSource("names")
  void lossesAndWeightsAreKeras(String name) throws IOException {
    JsonNode golden = golden(name);
    Architecture architecture = architecture(golden);
    Map<Integer, Double> weights = new TreeMap<>();
    golden.path("class_weight").forEach(w -> weights.put(weights.size(), w.doubleValue()));
    Loss.Settings settings =
        new Loss.Settings(
            KerasLoss.labelSmoothing(compiled(golden.get("loss")), architecture),
            weights.isEmpty() ? null : Loss.Settings.text(weights),
            null);
    float[] w = Golden.floats(golden.get("weights"));
    Network network =
        new Network(
            architecture,
            settings.of(architecture),
            List.of(Kernels.named("ejml")),
            new Team(1),
            w);
    Batch train = batch(golden.get("train"));
    Batch validation = batch(golden.get("validation"));
    float[] losses = Golden.floats(golden.get("history").get("loss"));
    float[] validated = Golden.floats(golden.get("history").get("val_loss"));
    List<float[]> moments = List.of(new float[w.length], new float[w.length]);
    for (int epoch = 0; epoch < losses.length; epoch++) {
      double loss =
          network
              .step(train, 0, new float[w.length], new Adam().step(moments, 0.01, epoch + 1))
              .loss();
      assertEquals(losses[epoch], loss, TOLERANCE * Math.max(1, loss));
      assertEquals(validated[epoch], network.evaluate(validation).loss(), TOLERANCE * 10);
    }
    assertArrayEquals(Golden.floats(golden.get("weights_after")), w, 5e-5f);
    assertEquals(
        golden.get("evaluated").doubleValue(), network.evaluate(validation).loss(), TOLERANCE * 10);
  }

  private static Batch batch(JsonNode part) {
    int[] labels = Golden.ints(part.get("labels"));
    int[] pixels = Golden.ints(part.get("pixels"));
    byte[] bytes = new byte[pixels.length];
    byte[] classes = new byte[labels.length];
    for (int i = 0; i < pixels.length; i++) {
      bytes[i] = (byte) pixels[i];
    }
    for (int i = 0; i < labels.length; i++) {
      classes[i] = (byte) labels[i];
    }
    Examples examples = new Examples(bytes, classes, new long[labels.length]);
    Batch batch = new Batch(labels.length, pixels.length / labels.length);
    for (int i = 0; i < labels.length; i++) {
      batch.add(examples, i, Preprocessing.STANDARD);
    }
    return batch;
  }

  @ParameterizedTest
  @MethodSource("names")
  void aLossIsCompiledAsKerasCompilesIt(String name) throws IOException {
    JsonNode golden = golden(name);
    Architecture architecture = architecture(golden);
    JsonNode loss = golden.get("loss");
    double smoothing = KerasLoss.labelSmoothing(compiled(loss), architecture);
    assertEquals(loss.at("/config/label_smoothing").asDouble(), smoothing);
    TrainingConfig config =
        States.config(architecture, Strategy.LOCAL, new Random(1))
            .with(new Loss.Settings(smoothing, null, null));
    JsonNode written = KerasLoss.write(config);
    assertEquals(smoothing, KerasLoss.labelSmoothing(compiled(written), architecture));
    boolean says = smoothing > 0 || loss.at("/config/from_logits").asBoolean() || loss.isTextual();
    if (says && !loss.toString().toLowerCase(Locale.ROOT).contains("sparse")) {
      assertEquals(loss, Json.parse(written.toString(), "written"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "plain | 'mse' | categorical_crossentropy or sparse_categorical_crossentropy as loss of"
            + " several outputs, found \"mse\"",
        "plain | 'binary_crossentropy' | categorical_crossentropy or",
        "plain | ['categorical_crossentropy'] | categorical_crossentropy or",
        "binary | 'sparse_categorical_crossentropy' | binary_crossentropy as loss of one output,"
            + " found \"sparse_categorical_crossentropy\"",
        "plain | {'class_name': 'CategoricalCrossentropy', 'config': {'from_logits': true}} | false"
            + " as from_logits, as the model ends in probabilities, found true",
        "sparse-logits | 'sparse_categorical_crossentropy' | true as from_logits, as the model ends"
            + " in logits, found false",
        "plain | {'class_name': 'SparseCategoricalCrossentropy', 'config': {'ignore_class': 2}} |"
            + " null as ignore_class, found 2",
        "plain | {'class_name': 'CategoricalCrossentropy', 'config': {'reduction': 'sum'}} |"
            + " \"sum_over_batch_size\" or \"auto\" or \"mean\" as reduction, found \"sum\"",
        "plain | {'class_name': 'CategoricalCrossentropy', 'config': {'label_smoothing': 1.0}} | a"
            + " number of 0 or more and below 1 as label_smoothing, found 1.0",
        "plain | {'class_name': 'CategoricalCrossentropy', 'config': {'axis': 1}} | -1 as axis",
        "plain | {'class_name': 'Mine', 'config': {}} | categorical_crossentropy or",
      })
  void anotherLossIsRefusedInALine(String network, String loss, String expected)
      throws IOException {
    Architecture architecture = architecture(golden(network));
    JsonNode written = Json.parse(loss.replace('\'', '"'), "test");
    ModelFormatException e =
        assertThrows(
            ModelFormatException.class,
            () -> KerasLoss.labelSmoothing(compiled(written), architecture));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("Expected " + expected), message);
    assertTrue(message.endsWith(" (m.keras, compile_config)"), message);
  }
}
