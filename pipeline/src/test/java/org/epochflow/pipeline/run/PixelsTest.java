package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Preprocessing.Scale;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How pixels become inputs: asked for, measured, kept in the model, and guessed where it is not.
 */
final class PixelsTest {
  private static final Shape IMAGE = Shape.of(SmallData.HEIGHT, SmallData.WIDTH);
  private static final TrainingConfig CONFIG = SmallNetworks.config(4, new SplitRule(0.3, true));
  private final Path folder;
  private final List<String> warnings = new ArrayList<>();

  PixelsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A training whose pixels are as they are asked for. */
  private static TrainingJob job(
      Optional<SavedModel> start, Optional<Scale> pixels, DataFiles files) {
    return new TrainingJob(
        new StartingModel(
            "--model=x", SmallData.CLASSES, (image, scale) -> CONFIG.architecture(), start, false),
        PixelsTest::config,
        Optional.of(files),
        RejectionBudget.NONE,
        pixels.isPresent() ? Set.of("pixels") : Set.of(),
        pixels);
  }

  private static TrainingConfig config(
      Architecture network, Preprocessing preprocessing, List<String> names) {
    return new TrainingConfig(
        network,
        preprocessing,
        CONFIG.kernels(),
        CONFIG.seed(),
        CONFIG.epochs(),
        CONFIG.batchSize(),
        CONFIG.parallel(),
        CONFIG.learningRate(),
        CONFIG.stopping(),
        CONFIG.split(),
        names);
  }

  private TrainingRun run(String name) {
    return new TrainingRun(
        new RunFolder(folder.resolve(name).toString()),
        Direct.execution(2),
        ReplicaThreads.EVEN,
        new Listeners<>(List.of(), warnings::add));
  }

  @ParameterizedTest
  @EnumSource
  void aModelKeepsTheScaleThatItWasTrainedWith(Scale scale) throws IOException {
    DataFiles files = SmallData.sound(folder, 300, 60);
    TrainingJob job = job(Optional.empty(), Optional.of(scale), files);
    TrainingRun.Trained trained = run("run").run(job, false);
    assertTrue(trained.test().orElseThrow().tally().accuracy() > 0.5, "it learns");
    String file = folder.resolve("run/best_model.keras").toString();
    SavedModel model = ModelFile.read(file);
    assertEquals(scale, model.preprocessing().scale());
    assertEquals(
        trained.test().orElseThrow().tally(),
        new EvaluationRun(Direct.execution(1), file, model, model.classNames())
            .run(
                new DataFiles(List.of(), files.test()),
                RejectionBudget.NONE,
                null,
                folder.resolve("evaluation").toString(),
                warnings::add)
            .tally());
    Scale another = scale == Scale.BYTES ? Scale.STANDARDIZED : Scale.BYTES;
    TrainingJob other = job(Optional.empty(), Optional.of(another), files);
    assertTrue(
        String.valueOf(
                assertThrows(ResumptionException.class, () -> run("run").run(other, true))
                    .getMessage())
            .startsWith("Expected --pixels=%s, as in the run".formatted(scale.word())));
    assertEquals(4, run("run").run(job, true).state().epoch());
    assertEquals(List.of(), warnings);
  }

  @Test
  void standardisedPixelsHaveMeanZeroAndDeviationOne() throws IOException {
    Random random = new Random(1);
    byte[] pixels = new byte[50 * 4 * 4 * 3];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (random.nextInt(100) + i % 3 * 70);
    }
    Source colour = SmallData.write(folder, "c", new byte[50], pixels, 4, 4, 3);
    PreparedData data =
        SmallData.prepare(
            folder.resolve("data"), new DataFiles(List.of(colour), List.of(colour)), 1, 0);
    Preprocessing measured = data.standardized().withImage(Shape.of(4, 4, 3));
    float[] x = new float[pixels.length];
    measured.normalize(pixels, 0, pixels.length, x, 0);
    for (int c = 0; c < 3; c++) {
      double sum = 0;
      double squares = 0;
      for (int i = c; i < x.length; i += 3) {
        sum += x[i];
        squares += x[i] * x[i];
      }
      assertEquals(0, sum / 800, 1e-5);
      assertEquals(1, squares / 800, 1e-5);
    }
  }

  @Test
  void ofOneChannelTheManifestHasTheFigures() throws IOException {
    PreparedData data =
        SmallData.prepare(
            folder.resolve("data"), SmallData.sound(folder, 90, 20), SmallData.CLASSES, 0);
    assertEquals(
        Preprocessing.standardized(
            List.of(data.dataSet().train().pixelMean()),
            List.of(data.dataSet().train().pixelDeviation())),
        data.standardized());
  }

  @Test
  void aStartingModelsScaleIsKeptUnlessAnotherIsAskedFor() throws IOException {
    DataFiles files = SmallData.sound(folder, 90, 20);
    PreparedData data = SmallData.prepare(folder.resolve("data"), files, SmallData.CLASSES, 0);
    Preprocessing own = Preprocessing.standardized(List.of(0.5), List.of(0.25));
    Optional<SavedModel> start = Optional.of(outside().with(own));
    for (Optional<Scale> asked :
        List.of(Optional.<Scale>empty(), Optional.of(Scale.STANDARDIZED))) {
      TrainingJob job = job(start, asked, files);
      assertEquals(own.withImage(IMAGE), job.config(data).preprocessing());
      assertEquals(own.withImage(IMAGE), job.config(IMAGE).preprocessing());
    }
    assertEquals(
        Preprocessing.BYTES.withImage(IMAGE),
        job(start, Optional.of(Scale.BYTES), files).config(data).preprocessing());
    assertEquals(
        data.standardized().withImage(IMAGE),
        job(Optional.empty(), Optional.of(Scale.STANDARDIZED), files).config(data).preprocessing());
    assertEquals(
        Preprocessing.STANDARD.withImage(IMAGE),
        job(Optional.empty(), Optional.empty(), files).config(data).preprocessing());
    assertNotEquals(
        job(start, Optional.of(Scale.BYTES), files).identity(),
        job(start, Optional.empty(), files).identity());
  }

  private static SavedModel outside() {
    Architecture network = CONFIG.architecture();
    return new SavedModel(
        network, Preprocessing.STANDARD, network.initialParameters(1), Optional.empty());
  }

  /**
   * A model that takes the brightest corner for the class with pixels of one scale, and everything
   * for class 0 with those of another: there the sum of all pixels is not what it expects.
   */
  private static SavedModel takes(Scale scale) {
    int pixels = SmallData.HEIGHT * SmallData.WIDTH;
    float[] parameters = new float[(pixels + 1) * SmallData.CLASSES];
    for (int p = 0; p < pixels; p++) {
      int row = p / SmallData.WIDTH < SmallData.HEIGHT / 2 ? 0 : 2;
      int corner = row + (p % SmallData.WIDTH < SmallData.WIDTH / 2 ? 0 : 1);
      parameters[p * SmallData.CLASSES + corner]++;
      parameters[p * SmallData.CLASSES] += scale == Scale.BYTES ? -1 : 1;
    }
    float expected = pixels * 102.5f; // half of 155, and 100 in every fourth pixel
    parameters[pixels * SmallData.CLASSES] = scale == Scale.BYTES ? expected : 0;
    return new SavedModel(
        CONFIG.architecture(), Preprocessing.STANDARD, parameters, Optional.empty());
  }

  @ParameterizedTest
  @EnumSource(names = {"BYTES", "STANDARDIZED"})
  void aModelFromOutsideThatNeedsAnotherScaleIsWarnedOf(Scale scale) throws IOException {
    DataFiles files = SmallData.sound(folder, 600, 60);
    SavedModel model = takes(scale);
    PreparedData data = SmallData.prepare(folder.resolve("data"), files, SmallData.CLASSES, 0);
    ScaleCheck wrong = new ScaleCheck("The model m", model, Preprocessing.STANDARD);
    String warning = wrong.warning(data.dataSet().test()).orElseThrow();
    assertTrue(
        warning.matches(
            "The model m has an accuracy of 0\\.\\d\\d on a sample of 40 examples with pixels"
                + " 0\\.\\.1, and of \\d\\.\\d\\d with pixels %s; --pixels says which it was trained with"
                    .formatted(scale.word().replace(".", "\\."))),
        warning);
    run("further").run(job(Optional.of(model), Optional.empty(), files), false);
    assertEquals(1, warnings.size(), warnings::toString);
    assertTrue(warnings.get(0).contains("with pixels " + scale.word()), warnings::toString);
  }

  @Test
  void aModelWhoseScaleIsRightOrKnownOrThatKnowsNothingIsNotWarnedOf() throws IOException {
    DataFiles files = SmallData.sound(folder, 600, 60);
    SavedModel model = takes(Scale.BYTES);
    PreparedData data = SmallData.prepare(folder.resolve("data"), files, SmallData.CLASSES, 0);
    ScaleCheck right = new ScaleCheck("m", model, Preprocessing.BYTES);
    assertEquals(Optional.empty(), right.warning(data.dataSet().train()));
    ScaleCheck untrained = new ScaleCheck("m", outside(), Preprocessing.STANDARD);
    assertEquals(Optional.empty(), untrained.warning(data.dataSet().train()));
    TrainingState ours = SmallNetworks.begun(CONFIG);
    String file = folder.resolve("ours.keras").toString();
    Storage.write(file, out -> KerasFile.write(ours, out));
    SavedModel known = ModelFile.read(file);
    assertFalse(known.state().isEmpty());
    assertEquals(
        Optional.empty(),
        new ScaleCheck("m", known, known.preprocessing()).warning(data.dataSet().train()));
  }
}
