package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Loss;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Penalties;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataSet;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run keeps its loss, and every figure is of that loss. */
final class LossesTest {
  private static final Loss.Settings ASKED = new Loss.Settings(0.2, Loss.Settings.BALANCED, null);
  private final Path folder;

  LossesTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** With all kinds of regularizers. */
  private static TrainingConfig config() {
    Regularizer both = new Regularizer(0.001, 0.002);
    Layer hidden =
        new Dense(
            "dense",
            5,
            Function.RELU,
            KernelAndBias.STANDARD.with(new Penalties(List.of(both), both, both)));
    Layer last = new Dense("last", SmallData.CLASSES, Function.SOFTMAX);
    Shape input = Shape.of(SmallData.HEIGHT * SmallData.WIDTH);
    return SmallNetworks.config(
            new Architecture("regularized", input, List.of(hidden, last)).withKernelL2(0.01),
            new DataParallel(Strategy.LOCAL, 2, 2))
        .with(ASKED);
  }

  private TrainingRun run() {
    return new TrainingRun(
        new RunFolder(folder.resolve("run").toString()),
        Direct.execution(2),
        ReplicaThreads.EVEN,
        Listeners.none());
  }

  @Test
  void aRunKeepsItsBalancedWeightsAndItsFiguresAreOfItsLoss() throws IOException {
    DataFiles files = SmallData.sound(folder, 300, 60);
    TrainingJob job = FixedJob.of(config(), files, 0);
    TrainingRun.Trained trained = run().run(job, false);
    TrainingState state = trained.state();
    List<Long> perClass =
        DataSet.read(new RunFolder(folder.resolve("run").toString()).manifest()).train().perClass();
    List<Double> weights = Objects.requireNonNull(state.config().lossSettings().balanced());
    double sum = 0;
    for (int c = 0; c < weights.size(); c++) {
      sum += weights.get(c) * perClass.get(c) * 0.8;
    }
    assertEquals(240, sum, 10, "as if all weighed 1");

    String file = folder.resolve("run/best_model.keras").toString();
    SavedModel model = ModelFile.read(file);
    assertEquals(state.config().loss(), model.loss());
    EvaluationRun evaluation =
        new EvaluationRun(Direct.execution(1), file, model, model.classNames());
    assertEquals(
        trained.test().orElseThrow().tally(),
        evaluate(evaluation, new DataFiles(List.of(), files.test()), "test").tally());
    assertEquals(
        state.history().get(state.bestEpoch()).valLoss(),
        evaluate(evaluation, new DataFiles(files.train(), List.of()), "validation").tally().loss());
    double plain = -Math.log(0.8 + 0.2 / SmallData.CLASSES);
    assertTrue(state.history().get(0).valLoss() > plain, "smoothing and penalties are in it");
  }

  private Evaluation evaluate(EvaluationRun run, DataFiles files, String name) throws IOException {
    return run.run(
        files, RejectionBudget.NONE, null, folder.resolve(name).toString(), warning -> {});
  }

  @Test
  void aRunThatContinuesTakesTheLossItBeganWith() throws IOException {
    DataFiles files = SmallData.sound(folder, 300, 60);
    TrainingJob job = FixedJob.of(config(), files, 0);
    TrainingState state = run().run(job, false).state();
    assertEquals(
        state.config(),
        run().run(FixedJob.given(job, "classWeights", "labelSmoothing"), true).state().config());
    TrainingJob other = FixedJob.of(config().with(Loss.Settings.PLAIN), files, 0);
    for (String name : List.of("classWeights", "labelSmoothing")) {
      ResumptionException e =
          assertThrows(
              ResumptionException.class, () -> run().run(FixedJob.given(other, name), true));
      assertTrue(
          String.valueOf(e.getMessage()).startsWith("Expected --" + name + "="), e.getMessage());
    }
  }
}
