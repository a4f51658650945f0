package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keras opens our models, predicts what our CSV says, and trains on; and so do we with its models.
 * Skipped without Keras.
 */
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

  /** Networks of notebooks: the same probabilities, evaluated, trained on, and opened again. */
  @Test
  void networksOfNotebooksGoBothWays() throws Exception {
    Answer built =
        python(
            Program.GOLDEN.resolve("notebook_networks.py").toString(),
            Program.MINI.resolve("train-images-idx3-ubyte.gz").toString(),
            Program.MINI.resolve("train-labels-idx1-ubyte.gz").toString(),
            folder.toString());
    assertEquals(0, built.exit(), built.text());
    List<String> networks =
        built.text().lines().filter(line -> line.matches("\\w+ (bytes)?")).toList();
    assertEquals(11, networks.size(), built.text());
    for (String network : networks) {
      String name = network.substring(0, network.indexOf(' '));
      String pixels = network.endsWith("bytes") ? "0..255" : "0..1";
      requireAgreement(name, name + ".keras", pixels);
      String trained = name + "-trained";
      run("train", "--model=" + name + ".keras", "--epochs=1", "--output=" + trained, pixels);
      requireAgreement(trained, trained + "/best_model.keras", pixels, "--train");
    }
  }

  private static void run(String verb, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(verb));
    command.addAll(List.of(words).subList(0, words.length - 1));
    command.add("--pixels=" + words[words.length - 1]);
    Program program = new Program(folder, Program.FAST_TRAINING);
    Program.Output output = program.run(command.toArray(String[]::new));
    assertEquals(0, output.exit(), output::toString);
  }

  private static void requireAgreement(String name, String model, String pixels, String... more)
      throws Exception {
    Path images = Program.MINI.resolve("t10k-images-idx3-ubyte.gz");
    String predictions = name + "-predictions";
    run("predict", "--model=" + model, "--images=" + images, "--output=" + predictions, pixels);
    run(
        "evaluate",
        "--model=" + model,
        "--data=" + Program.MINI,
        "--output=" + name + "-test",
        pixels);
    List<String> check =
        new ArrayList<>(
            List.of(
                Program.GOLDEN.resolve("check_keras.py").toString(),
                folder.resolve(model).toString(),
                images.toString(),
                Program.MINI.resolve("t10k-labels-idx1-ubyte.gz").toString(),
                folder.resolve(predictions).resolve("predictions-00000-of-00001.csv").toString()));
    if (pixels.equals("0..255")) {
      check.add("--bytes");
    }
    check.addAll(List.of(more));
    Answer answer = python(check.toArray(String[]::new));
    assertEquals(0, answer.exit(), name + ": " + answer.text());
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
