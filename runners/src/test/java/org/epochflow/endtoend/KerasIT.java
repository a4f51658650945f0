package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keras opens the best model, predicts what our CSV says, and trains on. Skipped without Keras. */
class KerasIT {
  private static Path folder = Path.of("");

  @BeforeAll
  static void requireKeras(@TempDir Path shared) throws Exception {
    folder = shared;
    assumeTrue(python("-c", "import keras, tensorflow").exit() == 0, "Expected python3 with keras");
    Data.write(folder.resolve("data"), 120, 40, 10, 20, 18);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "softmax",
        "mlp --replicas=1",
        "cnn --filterMultiplier=0.25 --strategy=server-adam",
      })
  void kerasAgreesAndTrainsOn(String model) throws Exception {
    String name = model.replaceAll(" .*", "");
    new Program(folder)
        .run(
            "train --data=data --epochs=1 --batchSize=16 --output=%s --model=%s"
                .formatted(name, model)
                .split(" "))
        .done();
    Answer answer =
        python(
            Program.GOLDEN.resolve("check_keras.py").toString(),
            folder.resolve(name).resolve("best_model.keras").toString(),
            folder.resolve("data/t10k-images-idx3-ubyte").toString(),
            folder.resolve("data/t10k-labels-idx1-ubyte").toString(),
            folder.resolve(name).resolve("misclassified/misclassified.csv").toString(),
            "--train");
    assertEquals(0, answer.exit(), answer.text());
  }

  private record Answer(int exit, String text) {}

  private static Answer python(String... words) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("python3");
    builder.command().addAll(List.of(words));
    builder.redirectErrorStream(true);
    try {
      Process process = builder.start();
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(process.waitFor(), text);
    } catch (IOException noPython) {
      return new Answer(127, noPython.toString());
    }
  }
}
