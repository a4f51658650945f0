package org.epochflow.pipeline.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.TrainingData;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that was killed, at any moment resumes to the same bits. */
final class ResumeTest {
  private static final int EPOCHS = 5;
  private static final TrainingConfig CONFIG =
      SmallNetworks.config(EPOCHS, new SplitRule(0.2, true));
  private static Epochs epochs = (state, progress) -> killed();
  private static RunFolder uninterrupted = new RunFolder("");
  private final RunFolder folder;

  ResumeTest(@TempDir Path folder) {
    this.folder = new RunFolder(folder.resolve("run").toString());
  }

  @BeforeAll
  static void trainWithoutInterruption(@TempDir Path temporary) throws IOException {
    PreparedData data =
        SmallData.prepare(
            temporary.resolve("data"), SmallData.sound(temporary, 200, 1), SmallData.CLASSES, 0);
    Epochs measured =
        new InProcessEpochs(
            new TrainingData(data.dataSet().train(), data.train(), CONFIG), new Lanes(1, 1));
    epochs = (state, progress) -> untimed(measured.run(state, progress));
    uninterrupted = new RunFolder(temporary.resolve("uninterrupted").toString());
    uninterrupted.begin(RunConfigTest.of(CONFIG).toJson(), SmallNetworks.begun(CONFIG));
    Training.run(uninterrupted.latest(), uninterrupted, epochs, Listeners.none());
    assertEquals(EPOCHS, uninterrupted.latest().epoch());
  }

  /** Seconds are the one thing that two runs do not share. */
  private static EpochResult untimed(EpochResult result) {
    return new EpochResult(result.model(), result.training(), result.validation(), 1, 2);
  }

  private static EpochResult killed() throws IOException {
    throw new IOException("killed");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void resumedEqualsUninterrupted(int stop) throws IOException {
    trainUpTo(stop);
    goOn();
    requireSame();
  }

  @Test
  void killedAfterEveryEpochIsStillTheSame() throws IOException {
    for (int stop = 0; stop <= EPOCHS; stop++) {
      trainUpTo(stop);
    }
    requireSame();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5})
  void whatFollowsFromTheCheckpointIsMadeAgain(int stop) throws IOException {
    trainUpTo(stop);
    List<String> derived = List.of("best_model.keras", "history.csv", "timings.csv");
    List<byte[]> before = derived.stream().map(name -> bytes(folder, name)).toList();
    for (String name : derived) {
      Files.delete(Path.of(folder.path(), name));
    }
    folder.restore(folder.latest());
    for (int i = 0; i < derived.size(); i++) {
      assertArrayEquals(before.get(i), bytes(folder, derived.get(i)), derived.get(i));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aKillRightAfterTheCheckpointLosesNothing(int stop) throws IOException {
    trainUpTo(stop);
    List<String> derived = List.of("best_model.keras", "history.csv", "timings.csv");
    List<byte[]> before = derived.stream().map(name -> bytes(folder, name)).toList();
    trainUpTo(stop + 1);
    for (int i = 0; i < derived.size(); i++) {
      Files.write(Path.of(folder.path(), derived.get(i)), before.get(i));
    }
    goOn();
    requireSame();
  }

  @Test
  void filesOfAnEpochThatWasKilledAreCleared() throws IOException {
    trainUpTo(2);
    Path left = Path.of(folder.work(), "epoch-00003", "x-round-0.state");
    Files.createDirectories(left.resolveSibling("."));
    Files.writeString(left, "half");
    goOn();
    requireSame();
    assertTrue(Files.notExists(Path.of(folder.work())));
  }

  @Test
  void aDamagedCheckpointIsPassedOverForTheOneBeforeIt() throws IOException {
    trainUpTo(2);
    Path newest = Path.of(folder.path(), "checkpoints", "epoch-00002.keras");
    byte[] bytes = Files.readAllBytes(newest);
    Files.write(newest, Arrays.copyOf(bytes, bytes.length / 2));
    assertEquals(1, folder.latest().epoch());
    goOn();
    requireSame();
  }

  /** Trains as another process would, up to an epoch, and dies there. */
  private void trainUpTo(int stop) throws IOException {
    if (!folder.isRun()) {
      folder.begin(RunConfigTest.of(CONFIG).toJson(), SmallNetworks.begun(CONFIG));
    }
    TrainingState state = folder.latest();
    folder.restore(state);
    Epochs mortal = (s, progress) -> s.epoch() < stop ? epochs.run(s, progress) : killed();
    if (stop < EPOCHS) {
      assertThrows(IOException.class, () -> Training.run(state, folder, mortal, Listeners.none()));
    } else {
      Training.run(state, folder, mortal, Listeners.none());
    }
    assertEquals(stop, folder.latest().epoch());
  }

  private void goOn() throws IOException {
    TrainingState state = folder.latest();
    folder.restore(state);
    Training.run(state, folder, epochs, Listeners.none());
  }

  private void requireSame() throws IOException {
    assertEquals(
        ParametersHash.sha256(uninterrupted.latest().model().parameters()),
        ParametersHash.sha256(folder.latest().model().parameters()));
    for (String name :
        List.of(
            "history.csv",
            "timings.csv",
            "best_model.keras",
            "config.json",
            "checkpoints/epoch-00005.keras")) {
      assertArrayEquals(bytes(uninterrupted, name), bytes(folder, name), name);
    }
  }

  private static byte[] bytes(RunFolder folder, String name) {
    try {
      return Files.readAllBytes(Path.of(folder.path(), name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
