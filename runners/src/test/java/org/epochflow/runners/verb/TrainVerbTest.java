package org.epochflow.runners.verb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.format.KerasFile;
import org.epochflow.runners.SmallFiles;
import org.epochflow.runners.cli.Programs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainings of a few small images, by whole command lines. */
class TrainVerbTest {
  private final Path folder;
  private final Path data;

  TrainVerbTest(@TempDir Path folder) throws IOException {
    this.folder = folder;
    data = SmallFiles.write(folder.resolve("data"));
  }

  private Programs.Result train(String line) {
    List<String> words = new ArrayList<>(List.of("train", "--output=" + folder.resolve("run")));
    words.addAll(List.of(line.split(" ")));
    return Programs.run(words.toArray(String[]::new));
  }

  private Programs.Result begin(String line) {
    return train("--quiet --classes=2 --data=%s %s".formatted(data, line));
  }

  private JsonNode config() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("run/config.json").toFile());
  }

  @Test
  void trainingPrintsFiguresAndWhereTheyAre() {
    Programs.Result result = train("--classes=2 --epochs=1 --data=" + data);
    assertEquals("", result.err());
    String out = result.out().replace(folder.toString(), "FOLDER");
    assertTrue(out.contains("Reading FOLDER/data ...\n"), out);
    assertTrue(out.contains("\n  1/1 "), out);
    assertTrue(out.contains("\nDiagnosis: "), out);
    assertTrue(out.contains("\nTest of the best model  loss: "), out);
    assertTrue(out.contains("\nclass          precision  recall      f1  support\n"), out);
    assertTrue(
        out.endsWith(
            """

            FOLDER/run
            FOLDER/run/report.html
            FOLDER/run/metrics.json
            FOLDER/run/misclassified/misclassified.csv
            """),
        out);
  }

  @Test
  void quietTrainingPrintsPathsAlone() {
    Programs.Result result = begin("--epochs=1");
    assertEquals(0, result.exit(), result.err());
    assertEquals(4, result.out().lines().count(), result.out());
    assertTrue(result.out().lines().allMatch(l -> l.startsWith(folder + "/run")), result.out());
  }

  @Test
  void aLossThatIsNotFiniteFails() {
    Programs.Result result = begin("--learningRate=1e300 --epochs=3");
    assertEquals(1, result.exit());
    assertTrue(
        result.err().startsWith("epochflow: Stopped: the loss is no longer finite; try a lower"),
        result.err());
  }

  @Test
  void filesOfTheirOwnReplaceTheFolders() throws IOException {
    Path images = folder.resolve("mine");
    Files.copy(data.resolve("train-images-idx3-ubyte"), images);
    assertEquals(0, begin("--epochs=1 --trainImages=" + images).exit());
    JsonNode files = config().at("/data/train/0");
    assertEquals(images.toString(), files.required("images").asText());
    assertEquals(data + "/train-labels-idx1-ubyte", files.required("labels").asText());
    assertEquals(data + "/t10k-images-idx3-ubyte", config().at("/data/test/0/images").asText());
  }

  @Test
  void anOptionsFileGivesWhatIsNotTyped() throws IOException {
    Path file = folder.resolve("best.json");
    Files.writeString(
        file, "{\"model\": \"mlp\", \"epochs\": 7, \"stratify\": true, \"learningRate\": 1e-4}");
    assertEquals(0, begin("--epochs=1 --options=" + file).exit());
    assertEquals("mlp", config().at("/architecture/config/name").asText());
    assertEquals(1, config().required("epochs").asInt());
    assertEquals(1e-4, config().required("learningRate").asDouble());
    assertTrue(config().required("stratify").asBoolean());
  }

  @Test
  void aRateThatChangesStandsInTheHistoryAndGoesOnAfterAPause() throws IOException {
    String options =
        "--replicas=1 --epochs=4 --learningRate=0.5 --earlyStopping=false"
            + " --schedule=exponential:decayRate=0.5"
            + " --reduceOnPlateau=factor=0.5,patience=1,minDelta=9";
    assertEquals(0, begin(options).exit());
    List<String> whole = Files.readAllLines(folder.resolve("run/history.csv"));
    assertEquals(5, whole.size());
    double[] rates = {0.25, 0.125, 0.03125, 0.0078125};
    for (int epoch = 0; epoch < rates.length; epoch++) {
      assertTrue(whole.get(epoch + 1).endsWith("," + rates[epoch]), whole.toString());
    }
    assertEquals(
        "exponential:decayRate=0.5,decaySteps=1,staircase=false",
        config().required("schedule").asText());
    Files.move(folder.resolve("run"), folder.resolve("whole"));
    begin(options.replace("epochs=4", "epochs=2"));
    assertEquals(0, train("--quiet --resume --epochs=4").exit());
    assertEquals(whole, Files.readAllLines(folder.resolve("run/history.csv")));
  }

  @Test
  void aLossIsKeptByTheRunAndRegularizersByTheModel() throws IOException {
    String loss = " --labelSmoothing=0.1 --classWeights=balanced --l2=0.01";
    Programs.Result begun = begin("--model=mlp --epochs=1" + loss);
    assertEquals(0, begun.exit(), begun.err());
    assertEquals(0.1, config().required("labelSmoothing").asDouble());
    assertEquals("balanced", config().required("classWeights").asText());
    JsonNode weights = config().required("balancedWeights");
    List<JsonNode> factors = config().required("architecture").findValues("l2");
    assertEquals(5, factors.size());
    assertTrue(factors.stream().allMatch(factor -> factor.asDouble() == 0.01));
    for (String other : List.of("--labelSmoothing=0.2", "--classWeights=0:2", "--l2=0")) {
      Programs.Result refused = train("--resume --quiet --epochs=2 " + other);
      assertEquals(2, refused.exit(), refused.err());
      assertTrue(
          refused.err().contains("Expected " + other.substring(0, other.indexOf('='))),
          refused.err());
    }
    Programs.Result more = train("--resume --quiet --epochs=2" + loss);
    assertEquals(0, more.exit(), more.err());
    assertEquals(weights, config().required("balancedWeights"));
    Path evaluation = folder.resolve("evaluation");
    Programs.Result evaluated =
        Programs.run(
            "evaluate",
            "--quiet",
            "--data=" + data,
            "--model=" + folder.resolve("run"),
            "--output=" + evaluation);
    assertEquals(0, evaluated.exit(), evaluated.err());
    assertEquals(
        loss(folder.resolve("run/metrics.json")), loss(evaluation.resolve("metrics.json")));
  }

  private static JsonNode loss(Path metrics) throws IOException {
    return new ObjectMapper().readTree(metrics.toFile()).required("test_loss");
  }

  @Test
  void aModelOfKerasGoesOnWithItsOptimizer() throws IOException {
    Programs.Result result =
        train(
            "--quiet --epochs=1 --replicas=1 --batchSize=8 --data=%s --model=%s"
                .formatted(data, "../testdata/golden/compiled/schedule.keras"));
    assertEquals(0, result.exit(), result.err());
    assertTrue(
        result
            .err()
            .contains("schedule.keras brings adam, learning rate 0.1," + " steps:cosine:warmup=4,"),
        result.err());
    assertTrue(result.err().contains("and its state after 2 steps"), result.err());
    // 32 examples are 4 steps.
    assertTrue(config().required("schedule").asText().startsWith("cosine:warmup=1,"));
    assertEquals("adam", config().required("optimizer").asText());
    try (InputStream in =
        Files.newInputStream(folder.resolve("run/checkpoints/epoch-00001.keras"))) {
      assertEquals(6, KerasFile.read(in, "latest").state().orElseThrow().model().step());
    }
  }

  @Test
  void aRunThatContinuesTakesWhatItBeganWith() throws IOException {
    begin("--model=mlp --dropout=0.5 --batchSize=8 --epochs=1 --seed=3");
    Programs.Result done = train("--resume");
    assertTrue(done.out().startsWith("Nothing to do. Done; "), done.toString());
    Programs.Result more = train("--resume=true --quiet --epochs=2 --dropout=0.5 --data=" + data);
    assertEquals(0, more.exit(), more.err());
    assertEquals(2, config().required("epochs").asInt());
    assertEquals(8, config().required("batchSize").asInt());
  }

  @ParameterizedTest
  @CsvSource({
    "--batchSize=32, 128, 32",
    "--learningRate=0.1, 0.001, 0.1",
    "--learningRateScaling=none, linear, none",
    "--warmupEpochs=2, 1.0, 2.0",
    "--serverLearningRate=1, 0.01, 1.0",
    "--replicas=4, 2, 4",
    "--roundsPerEpoch=1, 4, 1",
    "--strategy=server-adam, local-adam, server-adam",
    "--patience=9, 5, 9",
    "--minDelta=1, 0.0, 1.0",
    "--monitor=val_accuracy, val_loss, val_accuracy",
    "--seed=1, 42, 1",
    "--validationSplit=0.5, 0.2, 0.5",
    "--stratify, false, true",
    "--model=mlp, softmax, mlp",
    "--classes=9, 2, 9",
    "--optimizer=sgd, adam, sgd",
    "--schedule=constant, none, constant",
    "--maxRejected=3, 0, 3",
    "--maxRejected=0.50%, 0, 0.5%",
  })
  void aRunThatContinuesRefusesWhatWouldMakeItAnother(String option, String saved, String found) {
    begin("--epochs=1");
    Programs.Result result = train("--resume " + option);
    assertEquals(
        "epochflow: Expected %s=%s, as in the run, or not at all, found %s; only --epochs may change\n"
            .formatted(option.replaceFirst("=.*", ""), saved, found),
        result.err());
    assertEquals(2, result.exit());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "imageSize=9x9",
        "colorMode=rgb",
        "labels=from1",
        "testSplit=0.5",
        "npzNames=a,b,c,d"
      })
  void aRunThatContinuesReadsItsDataAsBefore(String option) {
    begin("--epochs=1");
    Programs.Result result = train("--resume --" + option);
    assertEquals(
        "epochflow: Expected --data=PATH with --%s, as a run that continues reads its data as before,"
                .formatted(option.replaceFirst("=.*", ""))
            + " found none\n",
        result.err());
    assertEquals(2, result.exit());
  }

  @Test
  void aRunThatContinuesRefusesAnotherShapeAndFewerEpochs() {
    begin("--model=mlp --dropout=0.5 --epochs=2");
    assertEquals(
        "epochflow: Expected --dropout as in the run, or not at all; only --epochs may change\n",
        train("--resume --dropout=0.4").err());
    assertEquals(
        "epochflow: Expected --epochs of 2 or more, as the run has, found 1\n",
        train("--resume --epochs=1").err());
  }

  @Test
  void aRunIsNotBegunTwice() {
    begin("--epochs=1");
    assertEquals(
        "epochflow: Expected an output folder without a run, found one: %s/run; --resume continues it\n"
            .formatted(folder),
        begin("--epochs=1").err());
  }

  @Test
  void imagesThatDoNotFitTheModelAreRefused() {
    begin("--epochs=1");
    Path model = folder.resolve("run/best_model.keras");
    Path golden = Path.of("../testdata/fashion-mnist-mini").toAbsolutePath().normalize();
    Programs.Result result =
        Programs.run(
            "train", "--model=" + model, "--data=" + golden, "--output=" + folder.resolve("other"));
    assertTrue(
        result
            .err()
            .startsWith(
                ("epochflow: Expected images that fit --model=%s, which was trained on"
                        + " images of (2, 2), found images of (28, 28) (")
                    .formatted(model)),
        result.err());
    assertFalse(Files.exists(folder.resolve("other")));
  }
}
