package org.epochflow.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
    assertTrue(Files.size(folder.resolve("c/report.html")) > 10_000);
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
  }
}
