package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.epochflow.model.Golden;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.optim.Adam;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.Stepper;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.train.ModelState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A training goes on where Keras stopped: with its optimizer, rate and state. */
class KerasOptimizerTest {
  private static final Path FOLDER = Path.of("..", "testdata", "golden", "compiled");
  private static final Map<String, Optimizer> OPTIMIZERS =
      Map.of(
          "sgd",
          with("sgd", Map.of("momentum", 0.9, "nesterov", true, "weightDecay", 0.125)),
          "rmsprop",
          with("rmsprop", Map.of("rho", 0.75, "momentum", 0.5, "centered", true, "clipvalue", 0.5)),
          "adam",
          with("adam", Map.of("amsgrad", true, "clipnorm", 0.5)),
          "adamw",
          with("adamw", Map.of("weightDecay", 0.25, "globalClipnorm", 0.5)),
          "nadam",
          with("nadam", Map.of("beta1", 0.75)),
          "nadam-3.8",
          with("nadam", Map.of("beta1", 0.75)),
          "adagrad",
          with("adagrad", Map.of("initialAccumulatorValue", 0.25)),
          "lion",
          with("lion", Map.of("beta1", 0.75)),
          "muon",
          with("muon", Map.of("adamWeightDecay", 0.5)),
          "schedule",
          new Adam());

  private static Optimizer with(String name, Map<String, Object> settings) {
    return Optimizers.with(Optimizers.named(name), settings);
  }

  static List<String> names() {
    return OPTIMIZERS.keySet().stream().sorted().toList();
  }

  private static Optional<Compiled> read(JsonObject config, Hdf5 weights, SavedModel model) {
    return KerasOptimizer.read(
        config, weights, i -> "/optimizer/vars/" + i, model.architecture(), model.parameters());
  }

  private static SavedModel read(String name) throws IOException {
    try (InputStream in = Files.newInputStream(FOLDER.resolve(name + ".keras"))) {
      return KerasFile.read(in, name + ".keras");
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theNextStepIsKeras(String name) throws IOException {
    SavedModel model = read(name);
    JsonNode golden = Golden.read("compiled/" + name + ".json");
    Compiled.Recipe recipe = model.compiled().orElseThrow().known();
    assertEquals(OPTIMIZERS.get(name), recipe.optimizer());
    ModelState state = recipe.state().orElseThrow();
    assertEquals(2, state.step());
    assertArrayEquals(Golden.floats(golden.get("weights")), state.parameters());
    double share = recipe.schedule().map(schedule -> schedule.at(2, 1000)).orElse(1.0);
    float rate = Golden.floats(golden.get("rate"))[0];
    assertEquals(rate, recipe.rate() * share, 1e-7);
    float[] after = step(model, state, recipe.optimizer(), rate, golden);
    assertArrayEquals(Golden.floats(golden.get("next")), after, 2e-6f);
  }

  private static float[] step(
      SavedModel model, ModelState state, Optimizer optimizer, float rate, JsonNode golden) {
    int[] labels = Golden.ints(golden.get("labels"));
    int[] pixels = Golden.ints(golden.get("pixels"));
    byte[] bytes = new byte[pixels.length];
    byte[] classes = new byte[labels.length];
    long[] indices = new long[labels.length];
    for (int i = 0; i < pixels.length; i++) {
      bytes[i] = (byte) pixels[i];
    }
    for (int i = 0; i < labels.length; i++) {
      classes[i] = (byte) labels[i];
      indices[i] = i;
    }
    Batch batch = new Batch(labels.length, pixels.length / labels.length);
    Examples examples = new Examples(bytes, classes, indices);
    for (int i = 0; i < labels.length; i++) {
      batch.add(examples, i, Preprocessing.STANDARD);
    }
    float[] w = state.parameters().clone();
    float[] gradient = new float[w.length];
    List<float[]> slots = new ArrayList<>();
    state.slots().forEach(slot -> slots.add(slot.clone()));
    List<Variable> trained = model.architecture().trained();
    try (Team team = new Team(1)) {
      List<Kernels> kernels = Kernels.named("ejml", team);
      new Network(model.architecture(), kernels, team, w).gradient(batch, 0, gradient);
      new Stepper(optimizer, new Stepper.Parameters(trained, w, gradient, slots), kernels, team)
          .step(rate, state.step() + 1);
    }
    return w;
  }

  @Test
  void anUnknownOptimizerIsNamedWhereItIsAskedFor() throws IOException {
    Compiled compiled = read("ftrl").compiled().orElseThrow();
    Exception e = assertThrows(ModelFormatException.class, compiled::known);
    assertEquals(
        "Expected Adam or SGD or RMSprop or AdamW or Nadam or Adagrad or Lion or Muon as class_name,"
            + " found \"Ftrl\" (ftrl.keras, config.json, compile_config, optimizer)",
        e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"class_name\":\"SGD\",\"config\":{\"use_ema\":true} | false or null as use_ema, found true",
        "\"class_name\":\"SGD\",\"config\":{\"gradient_accumulation_steps\":4} | null as gradient_accumulation_steps, found 4",
        "\"class_name\":\"SGD\",\"config\":{\"momentum\":2} | momentum at least 0.0, below 1.0, found 2.0",
        "\"class_name\":\"Muon\",\"config\":{\"ns_steps\":6} | 5 as ns_steps, found 6",
        "\"class_name\":\"Muon\",\"config\":{\"exclude_layers\":[\"dense\"]} | [] as exclude_layers",
        "\"class_name\":\"Adam\",\"config\":{\"learning_rate\":\"x\"} | a number as learning_rate",
        "\"class_name\":\"Adam\",\"config\":{\"decay\":0.01} | 0 as decay, found 0.01",
      })
  void whatIsNotHereIsNamed(String optimizer, String message) throws IOException {
    SavedModel model = read("ftrl");
    String json = "{\"optimizer\":{%s}}".formatted(optimizer);
    JsonObject config = JsonObject.of(Json.parse(json, "m"), "m");
    byte[] h5 = States.weights(FOLDER.resolve("ftrl.keras"));
    try (Hdf5 weights = Hdf5.open(h5, "m")) {
      Compiled compiled = read(config, weights, model).orElseThrow();
      Exception e = assertThrows(ModelFormatException.class, compiled::known);
      assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }
  }

  @Test
  void aModelThatWasNotCompiledBringsNothing() throws IOException {
    byte[] h5 = States.weights(FOLDER.resolve("sgd.keras"));
    SavedModel model = read("sgd");
    for (String json : List.of("{}", "{\"optimizer\":null}")) {
      try (Hdf5 weights = Hdf5.open(h5, "m")) {
        JsonObject config = JsonObject.of(Json.parse(json, "m"), "m");
        assertTrue(read(config, weights, model).isEmpty());
      }
    }
  }

  @Test
  void anH5FileBringsWhatTheKerasFileOfTheModelBrings() throws IOException {
    Compiled h5 = older("3.15.1.h5");
    Compiled keras = older("3.15.1.keras");
    assertEquals(keras.knownLabelSmoothing(), h5.knownLabelSmoothing());
    assertEquals(keras.known().optimizer(), h5.known().optimizer());
    assertEquals(keras.known().rate(), h5.known().rate());
    ModelState expected = keras.known().state().orElseThrow();
    ModelState found = h5.known().state().orElseThrow();
    assertEquals(expected.step(), found.step());
    for (int slot = 0; slot < expected.slots().size(); slot++) {
      assertArrayEquals(expected.slots().get(slot), found.slots().get(slot));
    }
  }

  @Test
  void anH5FileOfKeras2BringsItsOptimizer() throws IOException {
    Compiled.Recipe recipe = older("2.13.1.h5").known();
    assertEquals(new Adam(), recipe.optimizer());
    assertEquals(0.001, recipe.rate());
    assertEquals(Optional.empty(), recipe.state());
  }

  private static Compiled older(String name) throws IOException {
    Path file = FOLDER.resolveSibling("older").resolve("keras-" + name);
    try (InputStream in = Files.newInputStream(file)) {
      return KerasFile.read(in, name).compiled().orElseThrow();
    }
  }
}
