package org.epochflow.pipeline.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The newest checkpoint that is sound is the one to resume from. */
final class CheckpointsTest {
  private static final List<UnaryOperator<byte[]>> DAMAGES =
      List.of(
          whole -> new byte[0],
          whole -> Arrays.copyOf(whole, whole.length / 2),
          whole -> new byte[whole.length],
          CheckpointsTest::flipped);
  private final RunFolder run;
  private final Path folder;

  CheckpointsTest(@TempDir Path temporary) {
    folder = temporary.resolve("run");
    run = new RunFolder(folder.toString());
  }

  private static byte[] flipped(byte[] whole) {
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    return flipped;
  }

  /** After so many epochs, of which the losses are given. */
  private TrainingState trained(double... losses) throws IOException {
    TrainingState state = SmallNetworks.begun(SmallNetworks.config(10, new SplitRule(0.2, true)));
    run.begin("{}", state);
    for (double loss : losses) {
      state =
          state.next(new EpochRow(state.epoch(), 0.5, loss, 0.5, loss, 0.1, 1, 1), state.model());
      run.commit(state);
    }
    return state;
  }

  private Path checkpoint(int epoch) {
    return folder.resolve(String.format(Locale.ROOT, "checkpoints/epoch-0000%d.keras", epoch));
  }

  @Test
  void aDamagedOneIsSetAsideAndTheOneBeforeItIsUsed() throws IOException {
    for (UnaryOperator<byte[]> damage : DAMAGES) {
      trained(3, 2, 1);
      byte[] damaged = damage.apply(Files.readAllBytes(checkpoint(3)));
      Files.write(checkpoint(3), damaged);
      TrainingState latest = run.latest();
      assertEquals(2, latest.epoch());
      assertEquals(List.of(checkpoint(3) + ".damaged"), run.restore(latest));
      assertTrue(Files.notExists(checkpoint(3)));
      assertArrayEquals(damaged, Files.readAllBytes(Path.of(checkpoint(3) + ".damaged")));
      assertEquals(latest.history().size(), run.history().size());
      Storage.deleteAll(run.path());
    }
  }

  @Test
  void aSoundOneIsNotSetAside() throws IOException {
    TrainingState state = trained(3, 2);
    assertEquals(List.of(), run.restore(run.latest()));
    assertEquals(state.epoch(), run.latest().epoch());
  }

  @Test
  void whereAllAreDamagedTheNewestIsNamedAndNothingChanges() throws IOException {
    trained(3, 2);
    for (int epoch = 0; epoch <= 2; epoch++) {
      Files.write(checkpoint(epoch), new byte[3]);
    }
    ModelFormatException refusal = assertThrows(ModelFormatException.class, run::latest);
    assertTrue(String.valueOf(refusal.getMessage()).contains("epoch-00002"), refusal.getMessage());
    assertEquals(3, Files.size(checkpoint(2)));
  }

  @Test
  void aBestOneThatIsDamagedIsInTheBestModelToo() throws IOException {
    TrainingState state = trained(1, 2, 3, 4, 5);
    byte[] best = Files.readAllBytes(checkpoint(1));
    Files.write(checkpoint(1), new byte[3]);
    run.restore(state);
    assertArrayEquals(best, Files.readAllBytes(folder.resolve("best_model.keras")));
  }

  @Test
  void aTrainingThatHasLostItsBestModelDoesNotEnd() throws IOException {
    TrainingState stopped = trained(1, 2, 3, 4, 5).withEpochs(5);
    Files.write(checkpoint(1), new byte[3]);
    Files.copy(checkpoint(5), folder.resolve("other"));
    Files.move(
        folder.resolve("other"),
        folder.resolve("best_model.keras"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThrows(ModelFormatException.class, () -> run.restore(stopped));
    assertThrows(ModelFormatException.class, () -> run.best(stopped));
  }
}
