package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Variable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documented example of transfer: a network that knows eight classes learns two others. */
class TransferIT {
  private static final int FEW = 100;

  @TempDir Path folder = Path.of("unset");

  private RunFiles train(String name, Path data, String... options) throws Exception {
    Program program = new Program(folder, Program.FAST_TRAINING);
    String[] command =
        Arrays.copyOf(
            new String[] {"train", "--data=" + data, "--output=" + name}, 3 + options.length);
    System.arraycopy(options, 0, command, 3, options.length);
    assertEquals(0, program.run(command).exit());
    return new RunFiles(folder.resolve(name));
  }

  private static double accuracy(RunFiles run) throws IOException {
    return run.metrics().required("test_accuracy").doubleValue();
  }

  private static SavedModel model(RunFiles run) throws IOException {
    Path file = run.folder().resolve("best_model.keras");
    try (InputStream in = Files.newInputStream(file)) {
      return KerasFile.read(in, file.toString());
    }
  }

  @Test
  void twoHundredImagesOfTwoNewClassesAreEnough() throws Exception {
    Path eight = Data.classes(Program.MINI, folder.resolve("eight"), 0, 7, Integer.MAX_VALUE);
    Path all = Data.classes(Program.MINI, folder.resolve("all"), 8, 9, Integer.MAX_VALUE);
    Path few = Data.classes(Program.MINI, folder.resolve("few"), 8, 9, FEW);
    RunFiles base =
        train("base", eight, "--model=cnn", "--classes=8", "--filterMultiplier=0.5", "--epochs=5");
    RunFiles whole =
        train("whole", all, "--model=cnn", "--classes=2", "--filterMultiplier=0.5", "--epochs=5");
    RunFiles transfer =
        train(
            "transfer",
            few,
            "--model=base",
            "--newHead",
            "--classes=2",
            "--freeze=conv2d*",
            "--epochs=5");
    assertEquals(
        2 * FEW,
        transfer.json("data/statistics.json").required("train_examples").intValue()
            + transfer.json("data/statistics.json").required("validation_examples").intValue());
    assertTrue(accuracy(whole) > 0.95, whole.metrics()::toString);
    assertTrue(accuracy(transfer) >= accuracy(whole) - 0.01, transfer.metrics()::toString);
    requireFrozen(model(base), model(transfer));
  }

  /** The convolutions are the base's, bit for bit; the hidden layer and the head are not. */
  private static void requireFrozen(SavedModel base, SavedModel transfer) {
    assertEquals(2, transfer.architecture().classes());
    List<List<Variable>> variables = transfer.architecture().variables();
    for (int i = 0; i < variables.size(); i++) {
      boolean frozen = transfer.architecture().layers().get(i).name().startsWith("conv2d");
      for (Variable variable : variables.get(i)) {
        float[] before = Arrays.copyOfRange(base.parameters(), variable.offset(), variable.end());
        float[] after =
            Arrays.copyOfRange(transfer.parameters(), variable.offset(), variable.end());
        assertEquals(!frozen, variable.trains());
        if (frozen) {
          assertArrayEquals(before, after, variable.name());
        } else {
          assertFalse(Arrays.equals(before, after), variable.name());
        }
      }
    }
  }
}
