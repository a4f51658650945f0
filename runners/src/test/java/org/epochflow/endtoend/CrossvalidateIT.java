package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.epochflow.endtoend.Program.Output;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code epochflow crossvalidate} on real images. */
class CrossvalidateIT {
  private final Path folder;
  private final Program program;

  CrossvalidateIT(@TempDir Path folder) {
    this.folder = folder;
    program = new Program(folder);
  }

  private Output run(String line) throws Exception {
    return program.run(line.split(" "));
  }

  @Test
  void everyImageIsPredictedOnceByAFoldThatTrainMakesToo() throws Exception {
    String line =
        "crossvalidate --kernels=ejml --folds=3 --stratify --epochs=2 --output=c --data="
            + Program.MINI;
    Output output = run(line).done();
    assertTrue(output.out().contains("\nMean of 3  val_loss: "), output.out());
    RunFiles c = new RunFiles(folder.resolve("c"));
    List<List<String>> rows = c.csv("out_of_fold_predictions.csv");
    assertEquals(
        "fold,index,label,predicted,confidence,p0,p1,p2,p3,p4,p5,p6,p7,p8,p9",
        String.join(",", rows.get(0)));
    List<List<String>> body = rows.subList(1, rows.size());
    assertEquals(
        IntStream.range(0, 5000).boxed().toList(),
        body.stream().map(row -> Integer.valueOf(row.get(1))).sorted().toList());
    assertEquals(
        List.of(1667L, 1667L, 1666L),
        IntStream.rangeClosed(1, 3)
            .mapToObj(fold -> body.stream().filter(row -> row.get(0).equals("" + fold)).count())
            .toList());
    requireMetrics(c, body);
    requireTheFoldOfTrain(c);
    var before = c.content();
    program.run("crossvalidate", "--quiet", "--resume", "--output=c").done();
    assertEquals(before, c.content());
  }

  private static void requireMetrics(RunFiles c, List<List<String>> body) throws Exception {
    JsonNode metrics = c.metrics();
    double correct = body.stream().filter(row -> row.get(2).equals(row.get(3))).count();
    assertEquals(correct / 5000, metrics.required("out_of_fold_accuracy").doubleValue(), 1e-12);
    double[] folds =
        IntStream.range(0, 3)
            .mapToDouble(i -> metrics.required("val_accuracy_per_fold").path(i).doubleValue())
            .toArray();
    double mean = IntStream.range(0, 3).mapToDouble(i -> folds[i]).sum() / 3;
    double squares = IntStream.range(0, 3).mapToDouble(i -> Math.pow(folds[i] - mean, 2)).sum();
    assertEquals(mean, metrics.required("val_accuracy_mean").doubleValue(), 1e-12);
    assertEquals(Math.sqrt(squares / 2), metrics.required("val_accuracy_std").doubleValue(), 1e-12);
    for (int fold = 1; fold <= 3; fold++) {
      assertEquals(folds[fold - 1], Double.parseDouble(c.csv("folds.csv").get(fold).get(7)), 1e-12);
    }
  }

  private void requireTheFoldOfTrain(RunFiles c) throws Exception {
    run("train --quiet --kernels=ejml --folds=3 --fold=2 --stratify --epochs=2 --output=t --data="
            + Program.MINI)
        .done();
    RunFiles fold = new RunFiles(folder.resolve("c/folds/0002"));
    assertEquals(new RunFiles(folder.resolve("t")).sha256(), fold.sha256());
    assertEquals(c.csv("folds.csv").get(2).get(8), fold.sha256());
    assertEquals(2, fold.json("config.json").required("fold").intValue());
    assertEquals(3, fold.json("config.json").required("folds").intValue());
    run("evaluate --quiet --validation --model=c/folds/0002 --output=e --data=" + Program.MINI)
        .done();
    assertEquals(
        fold.metrics().required("confusion"),
        new RunFiles(folder.resolve("e")).metrics().required("confusion"));
    assertEquals(
        Files.readString(folder.resolve("e/misclassified/misclassified.csv")),
        Files.readString(folder.resolve("c/folds/0002/misclassified/misclassified.csv")));
    requirePage(fold.page(), new RunFiles(folder.resolve("t")).page(), c);
    requireDrawn();
  }

  /** A fold's page is that of the same training with figures of its own examples. */
  private static void requirePage(JsonNode page, JsonNode trained, RunFiles c) throws Exception {
    for (String part : List.of("samples", "diagnosis", "layers", "names", "bestEpoch")) {
      assertEquals(trained.required(part), page.required(part), part);
    }
    for (String part : List.of("train", "validation")) {
      String counts = "/statistics/%s_per_class".formatted(part);
      assertEquals(trained.at(counts), page.at(counts), part);
    }
    assertEquals(1667, page.at("/statistics/validation_examples").intValue());
    assertEquals("validation", page.required("part").textValue());
    Map<String, List<String>> own =
        c.csv("out_of_fold_predictions.csv").stream()
            .filter(row -> row.get(0).equals("2"))
            .collect(Collectors.toMap(row -> row.get(1), row -> row));
    JsonNode right = page.at("/right/rows");
    assertTrue(right.size() >= 50, right::toString);
    for (JsonNode row : right) {
      List<String> predicted = own.getOrDefault(row.required("index").asText(), List.of());
      assertEquals(
          List.of(row.required("label").asText(), predicted.get(2)), predicted.subList(2, 4));
    }
  }

  private void requireDrawn() throws Exception {
    try (Browser browser = Browser.open(Files.createDirectories(folder.resolve("profile")))) {
      browser.load(folder.resolve("c/folds/0002/report.html"));
      browser.value(
          "document.querySelector('table.heat button[aria-label^=\"1 taken for 1\"]').click()");
      assertTrue(browser.value("document.querySelectorAll('dialog .picture').length").asInt() > 0);
      browser.load(folder.resolve("c/report.html"));
      assertEquals(
          3, browser.value("document.querySelectorAll('a[href$=\"report.html\"]').length").asInt());
      browser.requireNoComplaints();
    }
  }
}
