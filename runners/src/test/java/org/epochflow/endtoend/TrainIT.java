package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code epochflow train}, from files to figures. */
class TrainIT {
  private final Path folder;
  private final Program program;

  TrainIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  @Test
  void withoutArgumentsItTrainsAnUsableClassifierAndLeavesAWholeFolder() throws Exception {
    Program.Output output = program.run("train").done();
    assertTrue(output.out().matches("[\\n\\P{Cntrl}]+"), "Expected no control characters");
    String reading = "Reading " + Program.MINI + " ...\n";
    assertTrue(
        output.out().startsWith(reading + "X_train: (4000, 28, 28)  y_train: (4000, 10)\n"),
        output.out());
    assertTrue(output.out().contains("\n20/20  "), output.out());
    assertTrue(
        output
            .out()
            .endsWith(
                """

                runs/0001-softmax
                runs/0001-softmax/report.html
                runs/0001-softmax/metrics.json
                runs/0001-softmax/misclassified/misclassified.csv
                """),
        output.out());
    RunFiles run = new RunFiles(folder.resolve("runs/0001-softmax"));
    requireFiles(run);
    requireMetrics(run.metrics());
    requireHistory(run, 20);
    requireMisclassified(run, 28, 28);
    JsonNode statistics = run.json("data/statistics.json");
    assertEquals(4000, statistics.required("train_examples").intValue());
    assertEquals(1000, statistics.required("validation_examples").intValue());
    assertEquals(1000, statistics.required("test_examples").intValue());
    assertEquals(
        """
        runs/0002-softmax
        runs/0002-softmax/report.html
        runs/0002-softmax/metrics.json
        runs/0002-softmax/misclassified/misclassified.csv
        """,
        program.run("train", "--quiet", "--epochs=1").done().out());
  }

  private static void requireFiles(RunFiles run) throws IOException {
    assertEquals(
        List.of(
            "",
            "best_model.keras",
            "checkpoints",
            "checkpoints/epoch-00018.keras",
            "checkpoints/epoch-00019.keras",
            "checkpoints/epoch-00020.keras",
            "config.json",
            "data",
            "data/manifest.json",
            "data/rejected.csv",
            "data/statistics.json",
            "data/t10k-images-idx3-ubyte",
            "data/t10k-labels-idx1-ubyte",
            "data/train-images-idx3-ubyte",
            "data/train-labels-idx1-ubyte",
            "history.csv",
            "metrics.json",
            "misclassified",
            "misclassified/images-idx3-ubyte",
            "misclassified/labels-idx1-ubyte",
            "misclassified/misclassified.csv",
            "misclassified/misclassified.png",
            "report.html",
            "timings.csv"),
        List.copyOf(run.content().keySet()));
  }

  private static void requireMetrics(JsonNode metrics) {
    Map<String, JsonNodeType> types =
        Map.ofEntries(
            Map.entry("test_loss", JsonNodeType.NUMBER),
            Map.entry("test_accuracy", JsonNodeType.NUMBER),
            Map.entry("per_class", JsonNodeType.ARRAY),
            Map.entry("confusion", JsonNodeType.ARRAY),
            Map.entry("best_epoch", JsonNodeType.NUMBER),
            Map.entry("stop_reason", JsonNodeType.STRING),
            Map.entry("epochs", JsonNodeType.NUMBER),
            Map.entry("seconds", JsonNodeType.NUMBER),
            Map.entry("images_per_second", JsonNodeType.NUMBER),
            Map.entry("parameters_sha256", JsonNodeType.STRING));
    types.forEach((name, type) -> assertEquals(type, metrics.required(name).getNodeType(), name));
    assertTrue(metrics.required("test_accuracy").doubleValue() > 0.78, metrics.toString());
    assertTrue(metrics.required("parameters_sha256").textValue().matches("[0-9a-f]{64}"));
    assertEquals("epochs", metrics.required("stop_reason").textValue());
    assertEquals(20, metrics.required("epochs").intValue());
    assertEquals(10, metrics.required("per_class").size());
    metrics
        .required("per_class")
        .forEach(figures -> assertEquals(100, figures.required("support").intValue()));
    assertEquals(
        1000,
        IntStream.range(0, 100)
            .map(i -> metrics.required("confusion").path(i / 10).path(i % 10).intValue())
            .sum());
  }

  private static void requireHistory(RunFiles run, int epochs) throws IOException {
    List<List<String>> rows = run.csv("history.csv");
    assertEquals(
        List.of("epoch", "accuracy", "loss", "val_accuracy", "val_loss"),
        rows.get(0).subList(0, 5));
    assertEquals(epochs, rows.size() - 1);
    for (int epoch = 0; epoch < epochs; epoch++) {
      assertEquals(String.valueOf(epoch), rows.get(epoch + 1).get(0));
    }
  }

  /** Rows agree with themselves and with the IDX files beside them. */
  static void requireMisclassified(RunFiles run, int... image) throws IOException {
    List<List<String>> rows = run.csv("misclassified/misclassified.csv");
    byte[] labels = Files.readAllBytes(run.folder().resolve("misclassified/labels-idx1-ubyte"));
    byte[] images = Files.readAllBytes(run.folder().resolve("misclassified/images-idx3-ubyte"));
    assertEquals(8 + rows.size() - 1, labels.length);
    int pixels = Arrays.stream(image).reduce(1, Math::multiplyExact);
    assertEquals(8 + 4 * image.length + (rows.size() - 1) * pixels, images.length);
    for (int i = 1; i < rows.size(); i++) {
      List<String> row = rows.get(i);
      assertEquals(labels[7 + i], Integer.parseInt(row.get(1)));
      assertTrue(!row.get(1).equals(row.get(2)), () -> "Expected a mistake, found " + row);
      double[] p = row.stream().skip(4).mapToDouble(Double::parseDouble).toArray();
      assertEquals(1, Arrays.stream(p).sum(), 1e-5);
      assertEquals(Double.parseDouble(row.get(3)), p[Integer.parseInt(row.get(2))]);
      assertEquals(Arrays.stream(p).max().orElseThrow(), p[Integer.parseInt(row.get(2))]);
    }
    if (rows.size() > 1) {
      Path sheet = run.folder().resolve("misclassified/misclassified.png");
      assertTrue(ImageIO.read(sheet.toFile()).getWidth() > image[1]);
    }
  }

  @Test
  void parallelismChangesNoBit() throws Exception {
    Path data = Data.write(folder.resolve("data"), 700, 60, 3, 9, 7);
    String[] line = {"train", "--data=" + data, "--classes=3", "--model=mlp", "--epochs=2"};
    List<String> results =
        Stream.of("--targetParallelism=1", "--targetParallelism=4", "--threads=1", "--threads=3")
            .map(option -> result(option, line))
            .toList();
    assertEquals(1, Set.copyOf(results).size(), results.toString());
  }

  private String result(String option, String... line) {
    try {
      String[] more = Arrays.copyOf(line, line.length + 2);
      more[line.length] = option;
      more[line.length + 1] = "--output=run" + option;
      program.run(more).done();
      RunFiles run = new RunFiles(folder.resolve("run" + option));
      return run.sha256() + "\n" + run.history();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--model=softmax --replicas=1 --stratify",
        "--model=mlp --replicas=3 --validationSplit=0.3 --monitor=val_accuracy",
        "--model=cnn --filterMultiplier=0.25 --padding=same --earlyStopping=false",
        "--model=mlp --strategy=server-adam --dropout=0 --roundsPerEpoch=2",
      })
  void anyPresetTrainsOnImagesOfAnySize(String options) throws Exception {
    Path data = Data.write(folder.resolve("data"), 500, 60, 3, 9, 7);
    trains(data, options + " --classes=3 --batchSize=16 --epochs=2", 9, 7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--model=mlp", "--model=cnn --padding=same --filterMultiplier=0.1"})
  void coloursTrain(String options) throws Exception {
    Path data = Data.write(folder.resolve("data"), 300, 60, 5, 8, 8, 3);
    trains(data, options + " --classes=5 --batchSize=16 --epochs=1", 8, 8, 3);
  }

  private void trains(Path data, String options, int... image) throws Exception {
    Program.Output output =
        program.run(("train --data=" + data + " --output=run " + options).split(" ")).done();
    RunFiles run = new RunFiles(folder.resolve("run"));
    String shape =
        Arrays.stream(image).mapToObj(String::valueOf).reduce("(60", (a, b) -> a + ", " + b);
    assertTrue(output.out().contains("X_test: " + shape + ")"), output.out());
    assertEquals("epochs", run.metrics().required("stop_reason").textValue());
    requireMisclassified(run, image);
    double share = options.contains("=0.3") ? 0.3 : 0.2;
    JsonNode statistics = run.json("data/statistics.json");
    int all = statistics.required("train_examples").intValue();
    int validation = statistics.required("validation_examples").intValue();
    assertEquals(Math.ceil(share * (all + validation)), validation);
  }

  @Test
  void noPatienceStopsAtTheFirstEpochWithoutImprovement() throws Exception {
    Path data = Data.write(folder.resolve("data"), 200, 60, 3, 9, 7);
    program
        .run(
            "train --data=%s --classes=3 --output=run --patience=1 --learningRate=5 --epochs=40"
                .formatted(data)
                .split(" "))
        .done();
    JsonNode metrics = new RunFiles(folder.resolve("run")).metrics();
    assertEquals("patience", metrics.required("stop_reason").textValue());
    assertEquals(
        metrics.required("best_epoch").intValue() + 1, metrics.required("epochs").intValue());
  }

  @Test
  void aLossThatIsNotFiniteStopsWithoutFigures() throws Exception {
    Path data = Data.write(folder.resolve("data"), 200, 60, 3, 9, 7);
    Program.Output output =
        program.run(
            ("train --quiet --classes=3 --model=mlp --output=run --learningRate=1e30 --data="
                    + data)
                .split(" "));
    String refusal = output.refusal(1);
    assertTrue(refusal.contains("--learningRate") && refusal.contains("no best model"), refusal);
    assertTrue(Files.notExists(folder.resolve("run/metrics.json")));
    assertTrue(Files.exists(folder.resolve("run/history.csv")));
  }

  @Test
  void aModelTrainedBeforeIsAStart() throws Exception {
    Path data = Data.write(folder.resolve("data"), 200, 60, 3, 9, 7);
    String common = "train --data=%s --learningRate=0.01 --epochs=5 ".formatted(data);
    program.run((common + "--classes=3 --output=first").split(" ")).done();
    program.run((common + "--model=first --output=second").split(" ")).done();
    double after = firstValidationLoss("second");
    assertTrue(after < firstValidationLoss("first"), () -> "Expected a head start, found " + after);
  }

  private double firstValidationLoss(String run) throws IOException {
    return Double.parseDouble(new RunFiles(folder.resolve(run)).csv("history.csv").get(1).get(4));
  }
}
