package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The four forms of show, and what they refuse. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShowIT {
  private final Path folder;
  private final Program program;

  ShowIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  @BeforeAll
  void train() throws Exception {
    Data.write(folder.resolve("data"), 200, 60, 4, 12, 10);
    String classes = "--classes=4 --classNames=ant,bee,cat,dog --data=data --epochs=2 --quiet";
    program.run(("train --output=a --model=mlp " + classes).split(" ")).done();
    program
        .run(("train --output=b --model=cnn --padding=same --batchSize=16 " + classes).split(" "))
        .done();
  }

  @Test
  void aDataSetIsCountedAndDrawn() throws Exception {
    String out =
        program
            .run("show", "--data=data", "--count=12", "--label=2", "--classNames=ant,bee,cat,dog")
            .done()
            .out();
    assertTrue(out.startsWith("Reading " + folder.resolve("data") + " ...\n"), out);
    assertTrue(out.contains("X_train: (200, 12, 10)  y_train: (200,)\n"), out);
    assertTrue(out.contains("\nclass     train      test\nant "), out);
    assertTrue(out.endsWith("\nruns/0001-show/sample.png\n"), out);
    assertTrue(ImageIO.read(folder.resolve("runs/0001-show/sample.png").toFile()).getWidth() > 100);
    String refusal = program.run("show", "--data=data", "--label=9", "--output=none").refusal(2);
    assertTrue(refusal.contains("Expected --label to be one of the training files'"), refusal);
    assertFalse(Files.exists(folder.resolve("none")));
  }

  @Test
  void imagesAreDrawnWithWhatTrainingMakesOfThem() throws Exception {
    String augment = "--augment=flip,translate=0.1,rotate=10";
    String out =
        program.run("show", "--data=data", "--count=3", augment, "--output=sheet").done().out();
    assertTrue(out.endsWith("\nsheet/augmented.png\n"), out);
    assertTrue(ImageIO.read(folder.resolve("sheet/augmented.png").toFile()).getWidth() > 500);
    assertEquals(
        "epochflow: Expected --augment with --data, and without --model and --run",
        program.run("show", "--run=a", augment).refusal(2));
  }

  /** The layers are the model's own: what trains on them says so, and continues with them. */
  @Test
  void anAugmentedTrainingContinuesWithItsLayers() throws Exception {
    String words = "train --data=data --classes=4 --quiet --output=augmented --model=mlp ";
    program.run((words + "--epochs=1 --augment=flip,crop=2").split(" ")).done();
    program.run((words + "--epochs=2 --resume").split(" ")).done();
    String layers = program.run("show", "--model=augmented").done().out();
    assertTrue(layers.contains("augment_crop"), layers);
    program.run((words + "--epochs=2 --resume --augment=flip").split(" ")).refusal(2);
    program.run("evaluate", "--model=augmented", "--data=data", "--output=judged").done();
  }

  @Test
  void aRunIsToldInText() throws Exception {
    String out = program.run("show", "--run=a").done().out();
    assertTrue(out.startsWith("a: mlp, "), out);
    assertTrue(out.contains("\nTest of the best model  loss: "), out);
    assertTrue(out.contains("\nDiagnosis: "), out);
  }

  @Test
  void runsAreComparedByWhatDiffers() throws Exception {
    String out = program.run("show", "--run=a", "--run=b", "--output=both").done().out();
    assertTrue(out.matches("(?s).*\nbatchSize +128 +16\n.*"), out);
    assertTrue(out.matches("(?s).*\nnetwork +mlp +cnn\n.*"), out);
    assertFalse(out.contains("learningRate"), out);
    assertTrue(out.endsWith("\nboth/comparison.html\n"), out);
    try (Browser browser = Browser.open(Files.createDirectories(folder.resolve("profile")))) {
      browser.load(folder.resolve("both/comparison.html"));
      assertEquals(4, browser.value("charts.length").asInt());
      assertEquals(2, browser.value("charts[0].data.datasets.length").asInt());
      browser.requireNoComplaints();
    }
  }

  @Test
  void aModelsLayersAndAnImagesWayThroughThem() throws Exception {
    String layers = program.run("show", "--model=b").done().out();
    assertTrue(layers.contains("conv2d_1 (Conv2D)"), layers);
    String out =
        program.run("show", "--model=b", "--data=data", "--index=7", "--output=way").done().out();
    assertTrue(out.contains("\nconv2d (Conv2D)                 (12, 10, 32)  "), out);
    out.lines().skip(1).forEach(line -> assertTrue(line.length() <= 80, line));
    assertTrue(out.contains("\nTest image 7, probability of each class\nant  0."), out);
    assertTrue(out.contains("  true class\n"), out);
    assertTrue(ImageIO.read(folder.resolve("way/feature-maps.png").toFile()).getHeight() > 300);
    String refusal =
        program.run("show", "--model=b", "--data=data", "--index=60", "--output=no").refusal(2);
    assertEquals("epochflow: Expected --index to be 0 to 59, found 60", refusal);
    assertFalse(Files.exists(folder.resolve("no")));
  }

  @Test
  void evaluationTakesTheNamesFromTheModelUnlessTheyAreTyped() throws Exception {
    String out = program.run("evaluate", "--model=a", "--data=data", "--output=again").done().out();
    assertTrue(out.contains("\n      ant  bee  cat  dog\n"), out);
    String typed = "--classNames=eel,fox,gnu,hen";
    out = program.run("evaluate", "--model=a", "--data=data", "--output=typed", typed).done().out();
    assertTrue(out.contains("\n      eel  fox  gnu  hen\n"), out);
    out =
        program
            .run("show", "--model=b", "--data=data", "--index=7", typed, "--output=w")
            .done()
            .out();
    assertTrue(out.contains("\nTest image 7, probability of each class\neel  0."), out);
  }

  @Test
  void trainingFromAModelKeepsItsClassNamesUnlessOthersAreTyped() throws Exception {
    String more = "train --data=data --epochs=1 --quiet ";
    program.run((more + "--model=a/best_model.keras --output=warm").split(" ")).done();
    program
        .run((more + "--model=a --classNames=eel,fox,gnu,hen --output=renamed").split(" "))
        .done();
    assertEquals(
        List.of("[ant, bee, cat, dog]", "[eel, fox, gnu, hen]"),
        List.of(names("warm/config.json"), names("renamed/config.json")));
    assertTrue(Files.readString(folder.resolve("warm/report.html")).contains("[\"ant\",\"bee\""));
  }

  private String names(String config) throws IOException {
    return StreamSupport.stream(
            new RunFiles(folder).json(config).required("classNames").spliterator(), false)
        .map(JsonNode::asText)
        .toList()
        .toString();
  }

  @Test
  void formsThatDoNotGoTogetherAreRefused() throws Exception {
    assertEquals(
        "epochflow: show needs --data=DIR, --run=RUN, --model=FILE|RUN or --schedule=NAME",
        program.run("show").refusal(2));
    assertEquals(
        "epochflow: Expected --run alone, or --model, --data and --index together",
        program.run("show", "--run=a", "--data=data").refusal(2));
    assertEquals(
        "epochflow: --data with --model needs --index=N, the test image to follow",
        program.run("show", "--model=a", "--data=data").refusal(2));
  }
}
