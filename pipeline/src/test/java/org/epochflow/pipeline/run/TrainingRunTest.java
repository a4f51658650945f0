package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataSummary;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.FolderInUseException;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.epochflow.pipeline.train.TrainingData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From files to figures on the DirectRunner. */
final class TrainingRunTest {
  private static final TrainingConfig CONFIG = SmallNetworks.config(1, new SplitRule(0.3, true));
  private final Path folder;
  private final RunFolder run;

  TrainingRunTest(@TempDir Path folder) {
    this.folder = folder;
    run = new RunFolder(folder.resolve("run").toString());
  }

  @Test
  void realImagesAreLearntAndTheRunIsWholeAndThePlainLoopsOwn() throws IOException {
    DataFiles files = SmallData.fashionMnistMini();
    TrainingConfig config =
        SmallNetworks.config(
            Presets.softmax(Shape.of(28, 28, 1), 10),
            new DataParallel(Strategy.LOCAL, 2, 2),
            2,
            new SplitRule(0.2, true),
            new EarlyStopping(false, EarlyStopping.Monitor.VAL_LOSS, 0, 1));
    List<DataSummary> summaries = new ArrayList<>();
    TrainingRun training = training(summaries);
    TrainingJob job = FixedJob.of(config, files, 0);
    PreparedData data = training.prepare(job);
    TrainingState begun = training.begin(data, job);
    TrainingState stopped = training.train(begun, data, Lease.NONE);
    Evaluation evaluation = training.finish(stopped, data).orElseThrow();

    assertTrue(evaluation.tally().accuracy() > 0.7, "accuracy " + evaluation.tally().accuracy());
    assertEquals(1000, evaluation.tally().examples());
    assertEquals(sha256(plainly(data, begun)), sha256(stopped));
    requireStatistics(summaries.get(0));
    JsonNode metrics = json("metrics.json");
    assertEquals(1000, metrics.get("examples").asInt());
    assertEquals(
        ParametersHash.sha256(ModelFile.read(run.bestModel()).parameters()),
        metrics.get("parameters_sha256").asText());
    assertEquals(
        1 + evaluation.wrong().size(),
        Files.readAllLines(Path.of(run.misclassified(), "misclassified.csv")).size());
    requireContract();
  }

  private void requireStatistics(DataSummary summary) throws IOException {
    assertEquals(Collections.nCopies(10, 400L), summary.trainPerClass());
    assertEquals(Collections.nCopies(10, 100L), summary.validationPerClass());
    assertEquals(Collections.nCopies(10, 100L), summary.testPerClass());
    JsonNode statistics = json("data/statistics.json");
    assertEquals(4000, statistics.get("train_examples").asInt());
    assertEquals(1000, statistics.get("validation_examples").asInt());
    assertEquals(1000, statistics.get("test_examples").asInt());
    assertEquals(summary.pixelMean(), statistics.get("pixel_mean").asDouble());
    assertEquals(0, statistics.get("rejected").asInt());
  }

  private void requireContract() throws IOException {
    Path path = Path.of(run.path());
    try (Stream<Path> all = Files.walk(path)) {
      assertEquals(
          List.of(
              "best_model.keras",
              "checkpoints",
              "checkpoints/epoch-00000.keras",
              "checkpoints/epoch-00001.keras",
              "checkpoints/epoch-00002.keras",
              "config.json",
              "data",
              "data/manifest.json",
              "data/rejected.csv",
              "data/statistics.json",
              "data/t10k-images-idx3-ubyte",
              "data/t10k-labels-idx1-ubyte",
              "data/train-images-idx3-ubyte",
              "data/train-labels-idx1-ubyte",
              "history.csv",
              "metrics.json",
              "misclassified",
              "misclassified/images-idx3-ubyte",
              "misclassified/labels-idx1-ubyte",
              "misclassified/misclassified.csv",
              "misclassified/misclassified.png",
              "timings.csv"),
          all.skip(1).map(file -> path.relativize(file).toString()).sorted().toList());
    }
  }

  @Test
  void aFailureBeforeTheRunBeginsLeavesNothing() throws IOException {
    DataFiles bad = SmallData.withRejected(folder);
    assertThrows(
        BadDataException.class,
        () -> training(new ArrayList<>()).prepare(FixedJob.of(CONFIG, bad, 1)));
    assertTrue(Files.notExists(Path.of(run.path())));
  }

  @Test
  void aFailureLeavesWhatWasThereBefore() throws IOException {
    DataFiles bad = SmallData.withRejected(Path.of(run.path(), "mine"));
    assertThrows(
        BadDataException.class,
        () -> training(new ArrayList<>()).prepare(FixedJob.of(CONFIG, bad, 0)));
    assertTrue(Files.exists(Path.of(bad.train().get(1).labels())));
  }

  @Test
  void whatHasARunsNameWithoutBeingOneIsRefused() throws IOException {
    DataFiles sound = SmallData.sound(Path.of(run.path(), "data"), 40, 1);
    assertThrows(
        FolderInUseException.class,
        () -> training(new ArrayList<>()).prepare(FixedJob.of(CONFIG, sound, 0)));
    assertTrue(Files.exists(Path.of(sound.train().get(0).labels())));
  }

  @Test
  void anEvaluationOfEitherPartEqualsWhatTrainingSaw() throws IOException {
    DataFiles files = SmallData.withRejected(folder);
    TrainingConfig config = SmallNetworks.config(1, new SplitRule(0.3, true));
    TrainingRun training = training(new ArrayList<>());
    TrainingRun.Trained trained = training.run(FixedJob.of(config, files, 2), false);
    TrainingState stopped = trained.state();
    Evaluation test = trained.test().orElseThrow();

    SavedModel model = ModelFile.read(run.bestModel());
    EvaluationRun again =
        new EvaluationRun(Direct.execution(2), run.bestModel(), model, model.classNames());
    Path output = folder.resolve("data-and-output");
    Path mine = Files.createDirectories(output.resolve("data")).resolve("mine");
    Files.writeString(mine, "not theirs");
    List<String> warnings = new ArrayList<>();
    Evaluation tested =
        again.run(
            new DataFiles(List.of(), files.test()),
            RejectionBudget.NONE,
            2,
            output.toString(),
            warnings::add);
    assertEquals(List.of(), warnings, "of a model that is ours");
    assertEquals(test.tally(), tested.tally());
    assertEquals(test.confusion(), tested.confusion());
    assertArrayEquals(
        Files.readAllBytes(Path.of(run.misclassified(), "misclassified.csv")),
        Files.readAllBytes(output.resolve("misclassified/misclassified.csv")));
    assertEquals("not theirs", Files.readString(mine));
    try (Stream<Path> left = Files.list(output)) {
      assertEquals(
          List.of("data", "metrics.json", "misclassified", "rejected.csv"),
          left.map(file -> String.valueOf(file.getFileName())).sorted().toList());
    }

    Path second = folder.resolve("validation");
    Evaluation validated =
        again.run(
            new DataFiles(files.train(), List.of()),
            RejectionBudget.ofCount(2),
            null,
            second.toString(),
            warnings::add);
    assertEquals(stopped.history().get(0).valLoss(), validated.tally().loss());
    assertEquals(stopped.history().get(0).valAccuracy(), validated.tally().accuracy());
    JsonNode metrics = new ObjectMapper().readTree(second.resolve("metrics.json").toFile());
    assertEquals(validated.tally().loss(), metrics.get("validation_loss").asDouble());
    assertThrows(
        BadDataException.class,
        () ->
            again.run(
                new DataFiles(files.train(), List.of()),
                RejectionBudget.NONE,
                null,
                folder + "/refused",
                warnings::add));
    assertTrue(Files.notExists(folder.resolve("refused")));
  }

  @Test
  void aRunThatContinuesReadsWhatItReadBeforeAndMayHaveMoreEpochs() throws IOException {
    DataFiles files = SmallData.sound(folder, 120, 40);
    TrainingRun training = training(new ArrayList<>());
    training.run(FixedJob.of(CONFIG, files, 0), false);
    TrainingJob again =
        new TrainingJob(
            FixedJob.of(CONFIG, files, 0).model(),
            (network, preprocessing, names) -> CONFIG.withEpochs(3),
            Optional.empty(),
            RejectionBudget.NONE,
            Set.of("epochs"));
    TrainingRun.Trained more = training.run(again, true);
    assertEquals(3, more.state().epoch());
    assertTrue(more.test().isPresent());
    assertTrue(training.run(again, true).test().isEmpty(), "nothing was left to do");
    assertEquals(3, training.run(FixedJob.of(CONFIG, files, 0), true).state().epoch());
  }

  @Test
  void whatWouldMakeItAnotherRunIsRefusedIfItIsGiven() throws IOException {
    DataFiles files = SmallData.sound(folder, 120, 40);
    TrainingRun training = training(new ArrayList<>());
    TrainingJob job = FixedJob.of(CONFIG, files, 0);
    assertThrows(
        FolderInUseException.class,
        () -> {
          training.run(job, false);
          training.run(job, false);
        });
    TrainingConfig other = SmallNetworks.config(1, new SplitRule(0.4, true));
    TrainingJob changed = FixedJob.of(other, files, 7);
    training.run(changed, true);
    assertRefused(
        "Expected --validationSplit=0.3, as in the run, or not at all, found 0.4; only --epochs"
            + " may change",
        training,
        FixedJob.given(changed, "validationSplit", "seed"));
    assertRefused(
        "Expected --maxRejected=0, as in the run, or not at all, found 7; only --epochs may change",
        training,
        FixedJob.given(changed, "maxRejected"));
    TrainingConfig fewer = CONFIG.withEpochs(2);
    training.run(FixedJob.given(FixedJob.of(fewer, files, 0), "epochs"), true);
    assertRefused(
        "Expected --epochs of 2 or more, as the run has, found 1",
        training,
        FixedJob.given(job, "epochs"));
  }

  private static void assertRefused(String message, TrainingRun training, TrainingJob job) {
    assertEquals(
        message,
        assertThrows(ResumptionException.class, () -> training.run(job, true)).getMessage());
  }

  @Test
  void imagesThatDoNotFitTheModelAreRefused() throws IOException {
    TrainingConfig config = SmallNetworks.config(1, new SplitRule(0.3, true));
    run.begin(RunConfigTest.of(config).toJson(), SmallNetworks.begun(config));
    String model = run.path() + "/checkpoints/epoch-00000.keras";
    SavedModel saved = ModelFile.read(model);
    EvaluationRun evaluation =
        new EvaluationRun(Direct.execution(1), model, saved, saved.classNames());
    Source small = SmallData.write(folder, "x", new byte[1], new byte[12], 4, 3);
    DataFiles other = new DataFiles(List.of(), List.of(small));
    assertEquals(
        "Expected images that fit the model %s, whose input is (48,), found images of (4, 3) (%s)"
            .formatted(model, small.images()),
        assertThrows(
                BadDataException.class,
                () -> evaluation.run(other, RejectionBudget.NONE, null, folder + "/out", w -> {}))
            .getMessage());
  }

  @Test
  void imagesOfAsManyPixelsInAnotherShapeAreRefused() throws IOException {
    RunFolder run = new RunFolder(folder.resolve("run").toString());
    TrainingConfig config = ofImages(SmallNetworks.config(1, new SplitRule(0.3, true)));
    run.begin(RunConfigTest.of(config).toJson(), SmallNetworks.begun(config));
    String model = run.path() + "/checkpoints/epoch-00000.keras";
    SavedModel saved = ModelFile.read(model);
    EvaluationRun evaluation =
        new EvaluationRun(Direct.execution(1), model, saved, saved.classNames());
    Source turned = SmallData.write(folder, "x", new byte[1], new byte[48], 6, 8);
    DataFiles other = new DataFiles(List.of(), List.of(turned));
    assertEquals(
        ("Expected images that fit the model %s, which was trained on images of (8, 6), found"
                + " images of (6, 8) (%s)")
            .formatted(model, turned.images()),
        assertThrows(
                BadDataException.class,
                () -> evaluation.run(other, RejectionBudget.NONE, null, folder + "/out", w -> {}))
            .getMessage());
  }

  private static TrainingConfig ofImages(TrainingConfig any) {
    return new TrainingConfig(
        any.architecture(),
        any.preprocessing().withImage(Shape.of(SmallData.HEIGHT, SmallData.WIDTH)),
        any.kernels(),
        any.seed(),
        any.epochs(),
        any.batchSize(),
        any.parallel(),
        any.learningRate(),
        any.stopping(),
        any.split(),
        any.classNames());
  }

  private TrainingRun training(List<DataSummary> began) {
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void began(TrainingState state, DataSummary data) {
            began.add(data);
          }
        };
    return new TrainingRun(
        run,
        Direct.execution(2),
        ReplicaThreads.EVEN,
        new Listeners<>(List.of(listener), told -> {}));
  }

  private TrainingState plainly(PreparedData data, TrainingState begun) throws IOException {
    RunFolder plain = new RunFolder(folder.resolve("plain").toString());
    return Training.run(
        begun,
        plain,
        new InProcessEpochs(
            new TrainingData(data.dataSet().train(), data.train(), begun.config()),
            new Lanes(1, 1)),
        Listeners.none());
  }

  private static String sha256(TrainingState state) {
    return ParametersHash.sha256(state.model().parameters());
  }

  private JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(new File(run.path(), name));
  }
}
