package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.epochflow.model.Golden;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.activation.ELU;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.nn.layer.augmentation.Interval;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.ChannelValues;
import org.epochflow.model.nn.layer.normalization.GammaAndBeta;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.optim.EveryOptimizer;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keras itself loads what we write, with equal weights and moments, and trains on: the one that
 * {@code python3} has, and any further versions in the folders of {@code EPOCHFLOW_KERAS}, each
 * filled by {@code pip install --no-deps --target}.
 */
final class KerasReadsOurFilesIT {
  private static final String SCRIPT = "keras_reads_our_files.py";
  private static final int NO_KERAS = 77;

  private static final String AUGMENT =
      "flip=both,translate=0.1,rotate=10,zoom=0.2,crop=2,brightness=0.4";

  /** What the earliest versions do not have. */
  private static final String AUGMENT_LATER = ",contrast=0.3,erase=0.5";

  @TempDir Path folder = Path.of("unset");

  static Stream<Named<String>> kerases() throws IOException {
    String folder = System.getenv("EPOCHFLOW_KERAS");
    Stream<Named<String>> installed = Stream.of(Named.of("installed", ""));
    if (folder == null) {
      return installed;
    }
    try (Stream<Path> versions = Files.list(Path.of(folder))) {
      List<Path> sorted = versions.sorted().toList();
      return Stream.concat(
          installed,
          sorted.stream().map(path -> Named.of(path.getFileName().toString(), path.toString())));
    }
  }

  @ParameterizedTest
  @MethodSource("kerases")
  void kerasLoadsOurModelsAndTrainsOn(String keras) throws Exception {
    Map<String, TrainingState> states = new LinkedHashMap<>();
    for (Architecture architecture : States.presets()) {
      String name = states.size() + "-" + architecture.name();
      states.put(name + "-local", States.trained(architecture, Strategy.LOCAL, 1));
      states.put(name + "-server", States.trained(architecture, Strategy.SERVER_ADAM, 2));
    }
    states.put(
        states.size() + "-normalizing",
        normalizing(States.trained(normalizing(), Strategy.LOCAL, 1)));
    for (String name : List.of("regularizers", "regularizers-of-the-rest")) {
      String json = Golden.read("networks/" + name + ".json").get("architecture").toString();
      TrainingConfig config =
          States.config(ArchitectureJson.read(json, name), Strategy.LOCAL, new Random(5))
              .with(new Loss.Settings(0.25, "0:2.0", null));
      states.put(name, normalizing(States.trained(config, 5)));
    }
    states.put("every-layer", States.trained(ArchitectureJsonTest.ALL, Strategy.LOCAL, 4));
    for (Architecture preset : States.presets()) {
      Architecture augmented =
          Augment.parse(keras.isEmpty() ? AUGMENT + AUGMENT_LATER : AUGMENT)
              .inFrontOf(preset, Shape.of(28, 28), new Interval(0, 1));
      states.put(
          states.size() + "-augmented", States.trained(augmented, Strategy.LOCAL, states.size()));
    }
    for (Optimizer optimizer : EveryOptimizer.variants()) {
      Architecture architecture = States.presets().get(0);
      TrainingConfig config = States.config(architecture, Strategy.LOCAL, optimizer, new Random(3));
      states.put(states.size() + "-" + optimizer.name(), States.trained(config, 3));
    }
    for (Map.Entry<String, TrainingState> entry : states.entrySet()) {
      write(entry.getKey(), entry.getValue());
    }
    runKeras(keras);
    for (Map.Entry<String, TrainingState> entry : states.entrySet()) {
      if (Files.exists(folder.resolve(entry.getKey() + ".keras"))) {
        assertSavedAgain(entry.getKey(), entry.getValue());
      }
    }
  }

  /** Variances above 0, and whole numbers where Keras has them. */
  private static TrainingState normalizing(TrainingState state) {
    float[] w = state.model().parameters();
    for (Variable variable :
        state.config().architecture().variables().stream().flatMap(List::stream).toList()) {
      for (int i = variable.offset(); i < variable.end(); i++) {
        w[i] = variable.name().endsWith("variance") ? Math.abs(w[i]) : w[i];
        w[i] = variable.name().equals("count") ? 7 : w[i];
      }
    }
    return state;
  }

  /** The layers with variables that do not train, or with settings of their own kind. */
  private static Architecture normalizing() {
    GammaAndBeta bare = new GammaAndBeta(false, false, Initializer.ZEROS, Initializer.ONES);
    return new Architecture(
        "normalizing",
        Shape.of(9, 8, 3),
        List.of(
            new Rescaling(
                "rescaling", new ChannelValues(List.of(1.0, 2.0, 0.5)), ChannelValues.of(1)),
            new Normalization("adapted", -1, false, null),
            new Normalization("whole", null, true, null),
            new Normalization(
                "given",
                -1,
                false,
                new Normalization.Given(
                    new ChannelValues(List.of(0.5, 0.25, 0.125)),
                    new ChannelValues(List.of(0.25, 0.5, 1.0)))),
            new Conv2D("conv", 4, 3, 3, Padding.SAME, Function.MISH),
            new BatchNormalization("batch"),
            new ReLU("relu", 6, 0.125, 0.5),
            new BatchNormalization("bare", 3, 0.01, bare, BatchNormalization.Moving.DEFAULT),
            new PReLU("prelu", Initializer.ONES, List.of(1, 2)),
            new SpatialDropout2D("channels", 0.1),
            new GaussianNoise("noise", 0.1),
            new GaussianDropout("dropout", 0.1),
            new LayerNormalization("layer"),
            new Flatten("flatten"),
            new ELU("elu", 0.5),
            new Dense("dense", 5, Function.SOFTMAX),
            new Dense("dense_1", 4, Function.SOFTMAX)));
  }

  private void write(String name, TrainingState state) throws IOException {
    try (OutputStream model = Files.newOutputStream(folder.resolve(name + ".keras"));
        OutputStream raw = Files.newOutputStream(folder.resolve(name + ".state"))) {
      KerasFile.write(state, model);
      StateFile.write(state.model(), raw);
    }
  }

  private void runKeras(String keras) throws IOException, InterruptedException {
    Path script = folder.resolve(SCRIPT);
    try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(SCRIPT))) {
      Files.copy(in, script);
    }
    Process python = start(keras, "python3", script.toString(), folder.toString());
    String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = python.waitFor();
    assumeTrue(exit != NO_KERAS, "needs Keras and TensorFlow for python3: " + output);
    assertEquals(0, exit, output);
  }

  private static Process start(String keras, String... command) {
    ProcessBuilder python = new ProcessBuilder(command).redirectErrorStream(true);
    if (!keras.isEmpty()) {
      python.environment().put("PYTHONPATH", keras);
    }
    try {
      return python.start();
    } catch (IOException e) {
      assumeTrue(false, "needs python3: " + e.getMessage());
      throw new IllegalStateException(e);
    }
  }

  /** What Keras saved after loading ours is read back with the same bits, and without our state. */
  private void assertSavedAgain(String name, TrainingState state) throws IOException {
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".resaved"))) {
      SavedModel again = KerasFile.read(in, name);
      assertEquals(state.config().architecture(), again.architecture());
      KerasFileTest.assertSameBits(state.model().parameters(), again.parameters());
      assertTrue(again.state().isEmpty());
      Loss loss = state.config().loss();
      assertEquals(new Loss(loss.fromLogits(), loss.labelSmoothing(), List.of()), again.loss());
      Compiled.Recipe recipe = again.compiled().orElseThrow().known();
      assertEquals(state.config().optimizer(), recipe.optimizer());
      if (state.config().parallel().strategy().averagesState()) {
        ModelState kept = recipe.state().orElseThrow();
        assertEquals(state.model().step(), kept.step());
        for (int slot = 0; slot < kept.slots().size(); slot++) {
          KerasFileTest.assertSameBits(kept.slots().get(slot), state.model().slots().get(slot));
        }
      }
    }
  }
}
