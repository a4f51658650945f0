package org.epochflow.runners.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.runners.SmallConfig;
import org.junit.jupiter.api.Test;

/** What Ctrl-C says. */
class InterruptionTest {
  private static final PrintStream NOWHERE =
      new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);

  @Test
  void beforeThereIsARunItRepeatsWhatWasTyped() {
    List<String> typed = List.of("--data=my data", "--resume", "--output=x", "--model=mlp");
    try (Interruption interruption = Interruption.watch("train", "x", typed, () -> {}, NOWHERE)) {
      assertEquals(
          """

          Interrupted before the first epoch: nothing new is saved. Begin again with
            epochflow train --data='my data' --model=mlp --resume --output=x""",
          interruption.message());
    }
  }

  @Test
  void inTheFirstEpochNoEpochIsSaved() {
    try (Interruption interruption = watch("run1")) {
      interruption.epochBegan(beforeTheFirst());
      assertEquals(
          """

          Interrupted in the first epoch: no epoch is saved. Continue with
            epochflow train --resume --output=run1""",
          interruption.message());
    }
  }

  @Test
  void afterAnEpochItSaysWhatIsSavedAndHowToContinue() {
    try (Interruption interruption = watch("my run")) {
      interruption.epochSaved(oneEpoch());
      assertEquals(
          """

          Interrupted. Saved in my run: 1 of 20 epochs, the best model is of epoch 1. Continue with
            epochflow train --resume --output='my run'""",
          interruption.message());
    }
  }

  @Test
  void afterAnEpochOfATrialItSaysHowToContinue() {
    try (Interruption interruption =
        Interruption.watch("tune", "x", List.of("--trials=3"), () -> {}, NOWHERE)) {
      interruption.epochEnded(
          new Trial(1, Map.of(), new RunFolder("x/trials/0001")),
          new EpochRow(0, 1, 1, 1, 1, 1, 1, 1));
      assertEquals(
          """

          Interrupted. What is trained is saved in x. Continue with
            epochflow tune --resume --output=x""",
          interruption.message());
    }
  }

  @Test
  void aRetrainingGoesOnWhenItIsCalledAgain() {
    List<String> typed = List.of("--registry=reg", "--data=nights/*");
    try (Interruption interruption =
        Interruption.watchRetraining("reg", typed, () -> {}, NOWHERE)) {
      interruption.epochSaved(oneEpoch());
      assertEquals(
          """

          Interrupted. Saved in reg: 1 of 20 epochs, the best model is of epoch 1. Continue with
            epochflow retrain --registry=reg --data='nights/*'""",
          interruption.message());
    }
  }

  private static Interruption watch(String output) {
    return Interruption.watch("train", output, List.of("--model=mlp"), () -> {}, NOWHERE);
  }

  private static TrainingState beforeTheFirst() {
    return TrainingState.begin(SmallConfig.of(20, 0, 5), new float[0]);
  }

  private static TrainingState oneEpoch() {
    return beforeTheFirst()
        .next(
            new EpochResult(
                ModelState.startingFrom(new float[0], 0),
                Tally.of(1, true),
                Tally.of(1, true),
                1,
                1));
  }
}
