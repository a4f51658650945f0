package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.endtoend.Program.Output;
import org.epochflow.endtoend.Program.Running;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code epochflow tune} on real images. */
class TuneIT {
  private static final String HALVING =
      "tune --kernels=ejml --search=halving --trials=6 --reduction=2 --epochs=4 --tune=learningRate=0.0003..0.03:log"
          + " --tune=batchSize=32..256";
  private static Path whole = Path.of("");
  private final Path folder;
  private final Program program;

  @BeforeAll
  static void tuneWithoutAPause(@TempDir Path shared) throws Exception {
    new Program(shared).run(words(HALVING + " --quiet --output=whole")).done();
    whole = shared.resolve("whole");
  }

  TuneIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  private Output run(String line) throws Exception {
    return program.run(words(line));
  }

  private static String[] words(String line) {
    return (line.contains("--data=") ? line : line + " --data=" + Program.MINI).split(" ");
  }

  private RunFiles files(String path) {
    return new RunFiles(folder.resolve(path));
  }

  @Test
  void everyTrialIsTheTrainingOfItsOptionsAndOneDivergingDoesNotFail() throws Exception {
    String options =
        " --epochs=2 --classes=3 --model=mlp --data="
            + Data.write(folder.resolve("data"), 200, 60, 3, 9, 7);
    Output output =
        run("tune --tune=learningRate=0.003,1e30 --tune=dropout=0,0.25 --output=g" + options)
            .done();
    assertTrue(output.out().contains("\n  4/4      1  "), output.out());
    assertTrue(output.out().contains("Test of its best model  loss: "), output.out());
    assertTrue(
        output
            .out()
            .endsWith(
                "\ng/report.html\ng/trials.csv\ng/best.json\ng/trials/000"
                    + best("g").get(0)
                    + "\n"),
        output.out());
    List<List<String>> rows = files("g").csv("trials.csv");
    assertEquals(
        "trial,rank,learningRate,dropout,status,epochs,best_epoch,loss,accuracy,val_loss,"
            + "val_accuracy,parameters_sha256",
        String.join(",", rows.get(0)));
    assertEquals(List.of("diverged", "diverged"), List.of(rows.get(3).get(4), rows.get(4).get(4)));
    run("train --quiet --learningRate=0.003 --dropout=0.25 --output=t" + options).done();
    assertEquals(files("t").sha256(), rows.get(2).get(11));
    program.run("train", "--quiet", "--options=g/best.json", "--output=b").done();
    assertEquals(files("b").sha256(), best("g").get(11));
    RunFiles winner = files("g/trials/000" + best("g").get(0));
    assertEquals(files("b").sha256(), winner.sha256());
    assertEquals(files("b").history(), winner.history());
    assertEquals(
        files("b").metrics().required("test_accuracy"), winner.metrics().required("test_accuracy"));
    assertEquals(
        Files.readString(folder.resolve("b/config.json")),
        Files.readString(winner.folder().resolve("config.json")));
    JsonNode page = winner.page();
    assertEquals("g, trial " + best("g").get(0), page.required("name").textValue());
    for (String part : List.of("statistics", "samples", "wrong", "right", "diagnosis", "layers")) {
      assertEquals(files("b").page().required(part), page.required(part), part);
    }
    assertEquals(
        files("b").metrics().required("confusion"), page.at("/metrics/confusion"), "confusion");
  }

  private List<String> best(String output) throws Exception {
    return files(output).csv("trials.csv").stream()
        .filter(row -> row.get(1).equals("1"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void randomTrialsInParallelAreThoseOneAfterAnother() throws Exception {
    String line =
        "tune --quiet --kernels=ejml --search=random --trials=4 --epochs=2 --tune=learningRate=0.001..0.1:log"
            + " --tune=replicas=1..3";
    run(line + " --targetParallelism=1 --output=serial").done();
    run(line + " --targetParallelism=4 --output=parallel").done();
    for (String file : List.of("trials.csv", "best.json", "tune.json")) {
      assertEquals(
          Files.readString(folder.resolve("serial").resolve(file)),
          Files.readString(folder.resolve("parallel").resolve(file)));
    }
    String refusal = run(line + " --output=serial").refusal(2);
    assertTrue(refusal.contains("--resume continues it"), refusal);
  }

  @Test
  void whatHalvingPromotesIsAnUnbrokenTraining() throws Exception {
    List<List<String>> rows = new RunFiles(whole).csv("trials.csv");
    assertEquals(
        List.of("4", "2", "2", "1", "1", "1"),
        rows.stream()
            .skip(1)
            .sorted((a, b) -> a.get(1).compareTo(b.get(1)))
            .map(row -> row.get(5))
            .toList());
    program.run("train", "--quiet", "--options=" + whole + "/best.json", "--output=b").done();
    String sha256 = files("b").sha256();
    assertTrue(rows.stream().anyMatch(row -> row.get(1).equals("1") && row.contains(sha256)));
    for (List<String> row : rows.subList(1, rows.size())) {
      JsonNode page = new RunFiles(whole.resolve("trials/000" + row.get(0))).page();
      assertEquals(Integer.parseInt(row.get(5)), page.required("history").size());
      assertEquals(row.get(1).equals("1"), page.has("metrics"));
      assertEquals(
          row.get(4).equals("dropped"), page.required("stop").asText().startsWith("Dropped after"));
    }
  }

  @Test
  void thePageFollowsTheTrialsAndShowsTheScaleThatTheyAreSearchedOn() throws Exception {
    try (Browser browser = Browser.open(Files.createDirectories(folder.resolve("profile")))) {
      String search = "--search=random --trials=6 --epochs=4 --tune=learningRate=0.001..0.01:log";
      Running running =
          program.start(words("tune %s --tune=batchSize=8..256 --output=live".formatted(search)));
      running.await(folder.resolve("live"), "report.html");
      browser.load(folder.resolve("live/report.html"));
      String status = browser.value("document.querySelector('[role=status]').textContent").asText();
      assertTrue(
          status.matches("\\d of 6 trials have ended\\. This page updates itself\\."), status);
      while (browser.value("data.running ?? false").asBoolean()) {
        browser.awaitLoad();
      }
      running.end().done();
      assertEquals(6, browser.value("document.querySelectorAll('td a, th a').length").asInt());
      assertEquals(
          "linear,logarithmic,linear",
          browser.value("charts.slice(0, 3).map((c) => c.options.scales.x.type).join()").asText());
      browser.requireNoComplaints();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "data, *",
    "trials/0003, config.json",
    "trials/0002/checkpoints, epoch-00001.keras",
    "., trials.csv"
  })
  void killedAnywhereItGoesOnToTheSameTable(String inFolder, String file) throws Exception {
    Running running = program.start(words(HALVING + " --output=killed"));
    running.await(folder.resolve("killed").resolve(inFolder), file);
    assertEquals(137, running.kill().exit());
    program.run("tune", "--quiet", "--resume", "--output=killed").done();
    for (String result : List.of("trials.csv", "best.json")) {
      assertEquals(
          Files.readString(whole.resolve(result)),
          Files.readString(folder.resolve("killed").resolve(result)));
    }
  }

  @Test
  void anImpossibleValueLeavesNothing() throws Exception {
    String refusal = run("tune --model=mlp --tune=dropout=0.5,1.5 --output=x").refusal(2);
    assertTrue(refusal.contains("--dropout") && refusal.contains("'1.5'"), refusal);
    assertTrue(Files.notExists(folder.resolve("x")));
  }
}
