package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code epochflow evaluate}: a model's figures again, from its run, its file, or Keras. */
class EvaluateIT {
  private static final double FLOAT_ERROR = 1e-5;
  private static Path folder = Path.of("");
  private static RunFiles run = new RunFiles(Path.of(""));

  @BeforeAll
  static void train(@TempDir Path shared) throws Exception {
    folder = shared;
    Data.write(folder.resolve("data"), 300, 80, 3, 9, 7);
    program("train --data=data --classes=3 --epochs=3 --patience=1 --output=run");
    run = new RunFiles(folder.resolve("run"));
  }

  private static Program.Output program(String line) throws Exception {
    return new Program(folder).run(line.split(" ")).done();
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "run/best_model.keras"})
  void aRunOrItsFileGivesTheFiguresOfItsTraining(String model) throws Exception {
    String output = "again-" + model.replace('/', '-');
    var before = run.content();
    program("evaluate --model=%s --data=data --output=%s".formatted(model, output));
    RunFiles again = new RunFiles(folder.resolve(output));
    for (String name :
        List.of("test_loss", "test_accuracy", "per_class", "confusion", "parameters_sha256")) {
      assertEquals(run.metrics().required(name), again.metrics().required(name), name);
    }
    for (String file : List.of("misclassified.csv", "images-idx3-ubyte", "misclassified.png")) {
      String path = "misclassified/" + file;
      assertEquals(before.get(path), again.content().get(path), path);
    }
    assertEquals(before, run.content());
  }

  @Test
  void theValidationPartGivesTheBestEpochsFigures() throws Exception {
    program("evaluate --model=run --data=data --validation --output=validation");
    JsonNode metrics = new RunFiles(folder.resolve("validation")).metrics();
    List<String> best = run.csv("history.csv").get(run.metrics().required("best_epoch").intValue());
    assertEquals(best.get(3), metrics.required("validation_accuracy").asText());
    assertEquals(best.get(4), metrics.required("validation_loss").asText());
    TrainIT.requireMisclassified(new RunFiles(folder.resolve("validation")), 9, 7);
  }

  @Test
  void onesOwnFilesInTheOutputFolderStay() throws Exception {
    Path notes = Files.createDirectories(folder.resolve("mine/data")).resolve("notes");
    Files.writeString(notes, "precious");
    program("evaluate --model=run --data=data --output=mine");
    assertEquals("precious", Files.readString(notes));
    String refusal =
        new Program(folder)
            .run("evaluate", "--model=run", "--data=data", "--output=run")
            .refusal(2);
    assertTrue(refusal.contains("run"), refusal);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn"})
  void kerassModelPredictsAsInKeras(String model) throws Exception {
    JsonNode golden =
        new ObjectMapper().readTree(Program.GOLDEN.resolve("models/" + model + ".json").toFile());
    int[] image =
        model.equals("mlp")
            ? new int[] {5, 6}
            : new ObjectMapper().convertValue(golden.required("input_shape"), int[].class);
    JsonNode images = golden.required("pixels");
    int records = images.size();
    byte[] pixels = new byte[records * images.path(0).size()];
    byte[] labels = new byte[records];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] =
          (byte) images.path(i / images.path(0).size()).path(i % images.path(0).size()).asInt();
    }
    int classes = golden.required("predictions").path(0).size();
    for (int i = 0; i < records; i++) {
      labels[i] = (byte) leastProbable(golden.required("predictions").path(i));
    }
    Data.idx(
        folder.resolve(model + "-images"),
        pixels,
        IntStream.concat(IntStream.of(records), IntStream.of(image)).toArray());
    Data.idx(folder.resolve(model + "-labels"), labels, records);
    program(
        "evaluate --model=%s --testImages=%s-images --testLabels=%s-labels --output=%s"
            .formatted(Program.GOLDEN.resolve("models/" + model + ".keras"), model, model, model));
    List<List<String>> rows =
        new RunFiles(folder.resolve(model)).csv("misclassified/misclassified.csv");
    assertEquals(records, rows.size() - 1);
    for (int i = 0; i < records; i++) {
      for (int c = 0; c < classes; c++) {
        assertEquals(
            golden.required("predictions").path(i).path(c).asDouble(),
            Double.parseDouble(rows.get(i + 1).get(4 + c)),
            FLOAT_ERROR);
      }
    }
  }

  /** A label that is surely wrong, so that the export has the image. */
  private static int leastProbable(JsonNode probabilities) {
    int least = 0;
    for (int c = 1; c < probabilities.size(); c++) {
      if (probabilities.path(c).asDouble() < probabilities.path(least).asDouble()) {
        least = c;
      }
    }
    return least;
  }

  @Test
  void misclassifiedPixelsAreTheTestFilesPixels() throws Exception {
    byte[] all = Files.readAllBytes(folder.resolve("data/t10k-images-idx3-ubyte"));
    byte[] wrong = Files.readAllBytes(folder.resolve("run/misclassified/images-idx3-ubyte"));
    List<List<String>> rows = run.csv("misclassified/misclassified.csv");
    for (int i = 1; i < rows.size(); i++) {
      int index = Integer.parseInt(rows.get(i).get(0));
      assertArrayEquals(
          Arrays.copyOfRange(all, 16 + 63 * index, 16 + 63 * (index + 1)),
          Arrays.copyOfRange(wrong, 16 + 63 * (i - 1), 16 + 63 * i));
    }
  }
}
