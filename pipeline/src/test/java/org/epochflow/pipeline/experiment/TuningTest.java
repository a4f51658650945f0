package org.epochflow.pipeline.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.InProcessEpochs;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.run.Training;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.TrainingData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trials on the DirectRunner, which is as good as training each alone. */
final class TuningTest {
  private static final int EPOCHS = 4;
  private static final double[] RATES = {0.001, 0.1, 0.03, 0.003, 1e300, 0.01};
  private static Path shared = Path.of("");
  private static PreparedData data;
  private static List<String> alone = List.of();
  private final Path folder;

  TuningTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @BeforeAll
  static void trainEachAlone(@TempDir Path temporary) throws IOException {
    shared = temporary;
    data =
        SmallData.prepare(
            shared.resolve("data"), SmallData.sound(shared, 300, 60), SmallData.CLASSES, 0);
    List<String> hashes = new ArrayList<>();
    for (int number = 1; number <= RATES.length; number++) {
      RunFolder run = begun(shared, number);
      TrainingState state = run.latest();
      TrainingState end = Training.run(state, run, epochs(state.config()), Listeners.none());
      hashes.add(ParametersHash.sha256(end.model().parameters()));
    }
    alone = hashes;
  }

  private static InProcessEpochs epochs(TrainingConfig config) throws IOException {
    return new InProcessEpochs(
        TrainingData.read(data.manifest(), data.train(), config), new Lanes(1, 1));
  }

  private static TrainingConfig config(double rate) {
    TrainingConfig any =
        SmallNetworks.config(
            SmallNetworks.named("softmax"),
            SmallNetworks.config(1, new SplitRule(0.2, true)).parallel(),
            EPOCHS,
            new SplitRule(0.2, true),
            new EarlyStopping(true, Monitor.VAL_LOSS, 0, 3));
    return new TrainingConfig(
        any.architecture(),
        any.preprocessing(),
        any.kernels(),
        any.seed(),
        any.epochs(),
        any.batchSize(),
        any.parallel(),
        new LearningRate(rate, LearningRate.Scaling.LINEAR, 1, 0.01),
        any.stopping(),
        any.split(),
        any.classNames());
  }

  private static RunFolder begun(Path folder, int number) throws IOException {
    RunFolder run = new RunFolder(folder.resolve("trials/" + number).toString());
    if (!run.isRun()) {
      TrainingConfig config = config(RATES[number - 1]);
      run.begin(
          new RunConfig(
                  config,
                  SmallData.files(data),
                  RejectionBudget.NONE,
                  RunConfig.fingerprint(data.dataSet()),
                  "any weights")
              .toJson(),
          SmallNetworks.begun(config));
    }
    return run;
  }

  private static List<Trial> trials(Path folder) throws IOException {
    List<Trial> trials = new ArrayList<>();
    for (int number = 1; number <= RATES.length; number++) {
      Map<String, String> options = Map.of("learningRate", String.valueOf(RATES[number - 1]));
      trials.add(new Trial(number, options, begun(folder, number)));
    }
    return trials;
  }

  private Tuning.Result tune(Rungs rungs, int parallelism) throws IOException {
    return tune(rungs, parallelism, Listeners.none());
  }

  private Tuning.Result tune(Rungs rungs, int parallelism, Listeners<TrialListener> listeners)
      throws IOException {
    Experiment experiment = new Experiment(Direct.execution(parallelism), data, listeners);
    ExperimentFolder files = new ExperimentFolder(folder.toString(), "tune", "trials");
    return new Tuning(experiment, files, rungs).run(trials(folder));
  }

  private String csv() throws IOException {
    return Files.readString(folder.resolve("trials.csv"));
  }

  private static void requireSameAsAlone(TrialResult result) throws IOException {
    assertEquals(
        alone.get(result.trial().number() - 1),
        ParametersHash.sha256(result.trial().run().latest().model().parameters()),
        () -> "trial " + result.trial().number());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void everyTrialComesToTheBitsOfATrainingAlone(int parallelism) throws IOException {
    AtomicInteger told = new AtomicInteger();
    Tuning.Result result =
        tune(
            Rungs.one(RATES.length, EPOCHS),
            parallelism,
            new Listeners<>(
                List.of((TrialListener) (trial, row) -> told.incrementAndGet()), warning -> {}));
    assertEquals(RATES.length, result.ranked().size());
    for (TrialResult trial : result.ranked()) {
      requireSameAsAlone(trial);
    }
    assertEquals(
        result.ranked().stream().mapToInt(trial -> trial.history().size()).sum(), told.get());
  }

  @Test
  void theBetterRankFirstAndWhatDivergesLast() throws IOException {
    List<TrialResult> ranked = tune(Rungs.one(RATES.length, EPOCHS), 2).ranked();
    assertEquals(5, ranked.get(RATES.length - 1).trial().number());
    assertEquals("diverged", ranked.get(RATES.length - 1).status());
    List<Double> losses =
        ranked.stream()
            .limit(RATES.length - 1)
            .map(trial -> trial.best().orElseThrow().valLoss())
            .toList();
    assertEquals(losses.stream().sorted().toList(), losses);
  }

  @Test
  void theBestIsFinishedAsATrainingIs() throws IOException {
    Tuning.Result result = tune(Rungs.one(RATES.length, EPOCHS), 2);
    assertEquals(60, result.test().orElseThrow().tally().examples());
    RunFolder best = result.ranked().get(0).trial().run();
    assertTrue(best.isFinished());
    String metrics = Files.readString(Path.of(best.path(), "metrics.json"));
    assertTrue(metrics.contains(result.ranked().get(0).parametersSha256()), metrics);
    assertFalse(result.ranked().get(1).trial().run().isFinished());
  }

  @Test
  void whatIsPromotedComesToTheBitsOfAnUnbrokenTraining() throws IOException {
    List<TrialResult> ranked = tune(Rungs.halving(RATES.length, EPOCHS, 2), 4).ranked();
    assertEquals(List.of(4, 2, 2, 1, 1, 1), sortedEpochs(ranked));
    requireSameAsAlone(ranked.get(0));
    assertEquals("finished", ranked.get(0).status());
    assertEquals("dropped", ranked.get(1).status());
  }

  private static List<Integer> sortedEpochs(List<TrialResult> ranked) {
    return ranked.stream().map(t -> t.history().size()).sorted((a, b) -> b - a).toList();
  }

  /** The kinds of places where a kill leaves a trial: between rungs, within one, after the last. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void gonOnWithItComesToTheSameTable(int done) throws IOException {
    Rungs rungs = Rungs.halving(RATES.length, EPOCHS, 2);
    tune(rungs, 2);
    String expected = csv();
    Map<Integer, Integer> epochs = new TreeMap<>();
    for (Trial trial : trials(folder)) {
      epochs.put(trial.number(), trial.run().latest().epoch());
    }
    Files.delete(folder.resolve("trials.csv"));
    for (Trial trial : trials(folder)) {
      if (trial.number() % 2 == 0) {
        forget(trial, Math.min(done, epochs.getOrDefault(trial.number(), 0)));
      }
    }
    tune(rungs, 2);
    assertEquals(expected, csv());
  }

  /** Makes a trial one that died after so many epochs. */
  private static void forget(Trial trial, int done) throws IOException {
    try (var files = Files.walk(Path.of(trial.run().path()))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
    TrainingState state = begun(Path.of(trial.run().path(), "../.."), trial.number()).latest();
    Training.run(state, done, trial.run(), epochs(state.config()), Listeners.none());
  }

  @Test
  void whereEveryTrialDivergesThereIsNoBest() throws IOException {
    Trial diverging = trials(folder).get(4);
    Experiment experiment = new Experiment(Direct.execution(2), data, Listeners.none());
    ExperimentFolder files = new ExperimentFolder(folder.toString(), "tune", "trials");
    Tuning.Result result =
        new Tuning(experiment, files, Rungs.one(1, EPOCHS)).run(List.of(diverging));
    assertTrue(result.test().isEmpty());
    assertTrue(csv().contains("diverged"), csv());
  }
}
