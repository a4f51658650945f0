package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.Metrics;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop commits every epoch and stops when the state says so. Epochs are told beforehand. */
final class TrainingTest {
  private final List<String> warnings = new ArrayList<>();
  private static final float LOST = Float.NaN;
  private final RunFolder folder;

  TrainingTest(@TempDir Path folder) {
    this.folder = new RunFolder(folder.resolve("run").toString());
  }

  @Test
  void theFolderHoldsTheContractsFilesWithTheLastThreeCheckpointsAndTheBest() throws IOException {
    TrainingState state = train(config(9, false), 3, 2, 1, 2, 2, 2, 2, 2, 2);
    assertEquals(Optional.of(StopReason.EPOCHS), state.stopReason());
    assertEquals(
        List.of(
            "best_model.keras",
            "checkpoints/epoch-00003.keras",
            "checkpoints/epoch-00007.keras",
            "checkpoints/epoch-00008.keras",
            "checkpoints/epoch-00009.keras",
            "config.json",
            "history.csv",
            "timings.csv"),
        files());
    assertArrayEquals(bytes("checkpoints/epoch-00003.keras"), bytes("best_model.keras"));
    assertEquals(9, folder.latest().epoch());
    assertArrayEquals(state.model().parameters(), folder.latest().model().parameters());
  }

  @Test
  void untilThereIsABestTheBeginningIsKept() throws IOException {
    TrainingState state = train(config(9, false), LOST);
    assertEquals(Optional.of(StopReason.NOT_FINITE), state.stopReason());
    assertEquals(
        List.of(
            "checkpoints/epoch-00000.keras",
            "checkpoints/epoch-00001.keras",
            "config.json",
            "history.csv",
            "timings.csv"),
        files());
  }

  @Test
  void aLossThatIsNotFiniteStopsAndTheBestIsKept() throws IOException {
    TrainingState state = train(config(9, true), 3, 1, 2, LOST);
    assertEquals(Optional.of(StopReason.NOT_FINITE), state.stopReason());
    assertEquals(1, state.bestEpoch());
    assertEquals(2, ModelFile.read(folder.bestModel()).parameters()[0]);
    assertEquals(Optional.of(StopReason.NOT_FINITE), folder.latest().stopReason());
    assertEquals(4, folder.latest().model().parameters()[0]);
  }

  @Test
  void withoutAnImprovementItStopsWhenPatienceIsOver() throws IOException {
    TrainingState state = train(config(9, true), 3, 2, 2, 4, 1);
    assertEquals(Optional.of(StopReason.PATIENCE), state.stopReason());
    assertEquals(4, state.epoch());
    assertEquals(2, ModelFile.read(folder.bestModel()).parameters()[0]);
  }

  @Test
  void theHistoryHasKerassColumnsAndNoTimes() throws IOException {
    train(config(3, false), 3, LOST);
    assertEquals(
        """
        epoch,accuracy,loss,val_accuracy,val_loss,learning_rate
        0,0.5,0.25,0.25,3.0,0.01
        1,0.5,0.25,0.25,NaN,0.01
        """,
        Files.readString(Path.of(folder.path(), "history.csv")));
    assertEquals(
        """
        epoch,training_seconds,seconds
        0,1.5,2.5
        1,1.5,2.5
        """,
        Files.readString(Path.of(folder.path(), "timings.csv")));
  }

  @Test
  void listenersSeeEachEpochBeginProgressAndEnd() throws IOException {
    List<String> seen = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochBegan(TrainingState state) {
            seen.add("began " + state.epoch());
          }

          @Override
          public void progressed(long examples, long ofExamples) {
            seen.add(examples + " of " + ofExamples);
          }

          @Override
          public void epochEnded(TrainingState state) {
            seen.add("ended " + state.epoch());
          }
        };
    train(config(2, false), List.of(listener), 2, 1);
    assertEquals(List.of("began 0", "1 of 2", "ended 1", "began 1", "1 of 2", "ended 2"), seen);
  }

  @Test
  void aListenerThatFailsIsSaidOnceAndChangesNothing() throws IOException {
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void epochBegan(TrainingState state) {
            throw new OutOfMemoryError("Java heap space");
          }

          @Override
          public void progressed(long examples, long ofExamples) {
            throw new IllegalStateException("no bar");
          }

          @Override
          public void epochEnded(TrainingState state) {
            throw new UncheckedIOException(new IOException("closed"));
          }
        };
    List<Integer> seen = new ArrayList<>();
    TrainingListener next =
        new TrainingListener() {
          @Override
          public void epochEnded(TrainingState state) {
            seen.add(state.epoch());
          }
        };
    assertEquals(2, train(config(2, false), List.of(failing, next), 2, 1).epoch());
    assertEquals(List.of(1, 2), seen);
    assertEquals(1, warnings.size(), warnings.toString());
    assertTrue(
        warnings.get(0).endsWith("the work goes on: java.lang.OutOfMemoryError: Java heap space"),
        warnings.get(0));
  }

  @Test
  void everyEpochIsSavedBeforeListenersHearSo() throws IOException {
    List<String> saved = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochSaved(TrainingState state) {
            try {
              saved.add(state.epoch() + " of " + folder.latest().epoch());
            } catch (IOException e) {
              saved.add(e.toString());
            }
          }
        };
    train(config(3, false), List.of(listener), 3, 2, 1);
    assertEquals(List.of("1 of 1", "2 of 2", "3 of 3"), saved);
  }

  @Test
  void anEpochThatFailsLeavesTheOneBeforeSaved() throws IOException {
    TrainingState begun = begin();
    IOException failure = new IOException("lost a worker");
    Epochs failing =
        (state, progress) -> {
          if (state.epoch() == 1) {
            throw failure;
          }
          return told(state, 1);
        };
    assertSame(
        failure,
        assertThrows(
            IOException.class, () -> Training.run(begun, folder, failing, Listeners.none())));
    assertEquals(1, folder.latest().epoch());
  }

  @Test
  void anEpochThatCannotBeSavedEndsTheTraining() throws IOException {
    TrainingState begun = begin();
    List<Integer> trained = new ArrayList<>();
    Epochs inTheWay =
        (state, progress) -> {
          trained.add(state.epoch());
          Storage.deleteAll(folder.path() + "/checkpoints");
          Storage.writeText(folder.path() + "/checkpoints", "in the way");
          return told(state, 1);
        };
    assertThrows(IOException.class, () -> Training.run(begun, folder, inTheWay, Listeners.none()));
    assertEquals(List.of(0, 1), trained);
  }

  @Test
  void aFinishedRunIsReopenedWhenItGoesOn() throws IOException {
    train(config(1, false), 1);
    assertFalse(folder.isFinished());
    folder.finish(new Metrics("test", Tally.of(1, true), Quality.none(2), null));
    assertTrue(folder.isFinished());
    folder.reopen();
    assertFalse(folder.isFinished());
  }

  private TrainingState begin() throws IOException {
    TrainingConfig config = config(3, false);
    folder.begin(RunConfigTest.of(config).toJson(), SmallNetworks.begun(config));
    return folder.latest();
  }

  private TrainingState train(TrainingConfig config, float... valLosses) throws IOException {
    return train(config, List.of(), valLosses);
  }

  private TrainingState train(
      TrainingConfig config, List<TrainingListener> listeners, float... valLosses)
      throws IOException {
    folder.begin(RunConfigTest.of(config).toJson(), SmallNetworks.begun(config));
    Epochs told =
        (state, progress) -> {
          progress.at(1, 2);
          return told(state, valLosses[state.epoch()]);
        };
    return Training.run(folder.latest(), folder, told, new Listeners<>(listeners, warnings::add));
  }

  /** An epoch after which every parameter is its number, from 1. */
  private static EpochResult told(TrainingState before, float valLoss) {
    int n = before.model().parameters().length;
    float[] parameters = new float[n];
    Arrays.fill(parameters, before.epoch() + 1);
    Tally training = Tally.of(0.125f, true).plus(Tally.of(0.375f, false));
    Tally validation =
        Tally.of(valLoss, true)
            .plus(Tally.of(valLoss, false))
            .plus(Tally.of(valLoss, false))
            .plus(Tally.of(valLoss, false));
    validation = new Tally(4, 1, validation.lossUnits(), validation.nonFinite());
    ModelState model =
        new ModelState(parameters, List.of(new float[n], new float[n]), before.epoch() + 1);
    return new EpochResult(model, training, validation, 1.5, 2.5);
  }

  private static TrainingConfig config(int epochs, boolean stopsEarly) {
    return SmallNetworks.config(
        SmallNetworks.named("softmax"),
        new DataParallel(Strategy.LOCAL, 1, 1),
        epochs,
        new SplitRule(0.2, true),
        new EarlyStopping(stopsEarly, EarlyStopping.Monitor.VAL_LOSS, 0, 2));
  }

  private List<String> files() throws IOException {
    Path run = Path.of(folder.path());
    try (Stream<Path> all = Files.walk(run)) {
      return all.filter(Files::isRegularFile)
          .map(file -> run.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  private byte[] bytes(String name) throws IOException {
    return Files.readAllBytes(Path.of(folder.path(), name));
  }
}
