package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run in a real browser, and what its diagnosis says of runs provoked to be so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReportIT {
  private final Path folder;
  private final Program program;

  ReportIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  @BeforeAll
  void train() throws Exception {
    program
        .run("train", "--epochs=4", "--classNames=fashion-mnist", "--output=run", "--kernels=ejml")
        .done();
  }

  @Test
  void thePageDrawsItsCurvesAndACellOpensItsSamples() throws Exception {
    Path profile = Files.createDirectories(folder.resolve("profile"));
    try (Browser browser = Browser.open(profile)) {
      browser.screen(1200, 900, false);
      browser.load(folder.resolve("run/report.html"));
      assertEquals(
          0,
          browser.value("charts.filter(({chartArea}) => !chartArea).length").asInt(),
          "Charts that are not drawn by the time the page is loaded");
      requireDrawn(browser);
      requireSamples(browser);
      requireKeys(browser);
      browser.screen(1200, 900, true);
      requireDrawn(browser);
      assertEquals(
          "rgb(20, 23, 27)",
          browser.value("getComputedStyle(document.body).backgroundColor").asText());
      browser.screen(360, 740, false);
      assertTrue(
          browser.value("document.documentElement.scrollWidth <= 360").asBoolean(),
          "The page is wider than a phone");
      browser.requireNoComplaints();
    }
  }

  /** Every chart has pixels of its series' colours. */
  private static void requireDrawn(Browser browser) throws Exception {
    JsonNode drawn =
        browser.value(
            """
            var drawn = () => charts.map((chart) => {
              const {width, height} = chart.canvas;
              const pixels = chart.ctx.getImageData(0, 0, width, height).data;
              const colour = chart.data.datasets[0].backgroundColor();
              const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
              let count = 0;
              for (let i = 0; i < pixels.length; i += 4) {
                if (pixels[i] === r && pixels[i + 1] === g && pixels[i + 2] === b) count++;
              }
              return count;
            });
            (async () => {
              for (let frame = 0; frame < 300 && Math.min(...drawn()) <= 100; frame++) {
                await new Promise(requestAnimationFrame);
              }
              return drawn();
            })()""");
    assertEquals(7, drawn.size());
    drawn.forEach(count -> assertTrue(count.asInt() > 100, drawn::toString));
  }

  private void requireSamples(Browser browser) throws Exception {
    JsonNode confusion = new RunFiles(folder.resolve("run")).metrics().required("confusion");
    int shirtsAsCoats = confusion.get(6).get(4).asInt();
    assertTrue(shirtsAsCoats > 0, confusion.toString());
    open(browser, "Shirt taken for Coat: " + shirtsAsCoats);
    assertEquals(
        shirtsAsCoats,
        browser.value("document.querySelectorAll('dialog[open] li .picture').length").asInt());
    assertTrue(browser.value("document.querySelector('dialog').open").asBoolean());
    assertEquals(
        "Shirt",
        browser
            .value("document.querySelector('dialog[open] li').firstChild.nextSibling.data")
            .asText());
    browser.value("document.querySelector('dialog[open]').close()");
    int bags = confusion.get(8).get(8).asInt();
    open(browser, "Bag taken for Bag: " + bags);
    int shown =
        browser.value("document.querySelectorAll('dialog[open] li .picture').length").asInt();
    assertTrue(shown > 0 && shown <= 10, "samples that the model got right: " + shown);
    browser.value("document.querySelector('dialog[open]').close()");
  }

  private static void open(Browser browser, String label) throws Exception {
    browser.value(
        "document.querySelector('table.heat button[aria-label=\"%s\"]').click()".formatted(label));
  }

  private static void requireKeys(Browser browser) throws Exception {
    browser.value("document.querySelector('canvas').focus()");
    browser.press("ArrowRight");
    browser.press("ArrowRight");
    String said = browser.value("document.querySelector('output').textContent").asText();
    assertTrue(said.matches("epoch 2, training [\\d.]+, validation [\\d.]+"), said);
  }

  @Test
  void aRunThatGoesOnHasItsPageRebuilt() throws Exception {
    program.run("train", "--epochs=1", "--output=again", "--quiet").done();
    Path page = folder.resolve("again/report.html");
    Files.delete(page);
    program.run("train", "--resume", "--output=again", "--quiet").done();
    assertTrue(Files.exists(page));
  }

  @Test
  void aTinyRateIsCalledUnderfitting() throws Exception {
    String out =
        program.run("train", "--learningRate=1e-5", "--epochs=3", "--output=slow").done().out();
    assertTrue(out.contains("\nDiagnosis: underfitting\nAfter 3 epochs the training loss is"), out);
  }

  @Test
  void aBigNetworkOnFewImagesIsCalledOverfitting() throws Exception {
    Path few = few(500);
    String out =
        program
            .run(
                "train",
                "--data=" + few,
                "--model=mlp",
                "--dropout=0",
                "--epochs=20",
                "--batchSize=16",
                "--learningRate=0.003",
                "--kernels=ejml",
                "--replicas=1",
                "--roundsPerEpoch=1",
                "--earlyStopping=false",
                "--output=big")
            .done()
            .out();
    assertTrue(out.matches("(?s).*\nDiagnosis: overfitting from epoch \\d+\n.*"), out);
  }

  /** The first training images of the real ones, and all test images. */
  private Path few(int images) throws IOException {
    Path few = Files.createDirectories(folder.resolve("few"));
    for (String part : new String[] {"t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"}) {
      Files.copy(Program.MINI.resolve(part), few.resolve(part));
    }
    byte[] pixels = Files.readAllBytes(folder.resolve("run/data/train-images-idx3-ubyte"));
    byte[] labels = Files.readAllBytes(folder.resolve("run/data/train-labels-idx1-ubyte"));
    Data.idx(
        few.resolve("train-images-idx3-ubyte"), part(pixels, 16, images * 784), images, 28, 28);
    Data.idx(few.resolve("train-labels-idx1-ubyte"), part(labels, 8, images), images);
    return few;
  }

  private static byte[] part(byte[] file, int from, int length) {
    return Arrays.copyOfRange(file, from, from + length);
  }
}
