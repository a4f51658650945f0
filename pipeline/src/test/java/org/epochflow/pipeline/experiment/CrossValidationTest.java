package org.epochflow.pipeline.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.store.RunFolder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A cross-validation on the DirectRunner. */
final class CrossValidationTest {
  private final Path folder;

  CrossValidationTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** Files of 120, 77 and 1 records, of which two are left out. */
  @ParameterizedTest
  @CsvSource({"3, false", "5, true"})
  void everyExampleIsPredictedOnceByAModelThatHasNotSeenIt(int folds, boolean stratify)
      throws IOException {
    PreparedData data =
        SmallData.prepare(
            folder.resolve("data"), SmallData.withRejected(folder), SmallData.CLASSES, 2);
    List<Trial> trials = new ArrayList<>();
    for (int fold = 1; fold <= folds; fold++) {
      trials.add(new Trial(fold, Map.of(), begun(fold, folds, stratify, data)));
    }
    CrossValidation.Result result =
        new CrossValidation(
                new Experiment(Direct.execution(4), data, Listeners.none()),
                new ExperimentFolder(folder.toString(), "crossvalidate", "folds"))
            .run(trials);

    List<String> rows = Files.readAllLines(folder.resolve("out_of_fold_predictions.csv"));
    assertEquals("fold,index,label,predicted,confidence,p0,p1,p2,p3", rows.get(0));
    List<Long> indices = rows.stream().skip(1).map(row -> Long.valueOf(cell(row, 1))).toList();
    List<Long> all = new ArrayList<>();
    for (long record = 0; record < 198; record++) {
      if (record != 123 && record != 160) {
        all.add(record);
      }
    }
    assertEquals(all, indices.stream().sorted().toList());
    for (TrialResult fold : result.folds()) {
      requireFiguresOfTheFoldsRows(fold, rows, data);
    }
    Tally tally = result.all().orElseThrow().tally();
    assertEquals(196, tally.examples());
    assertTrue(
        Files.readString(folder.resolve("metrics.json"))
            .contains("\"out_of_fold_accuracy\" : " + tally.accuracy()));
    assertFalse(Files.exists(folder.resolve("work")));
  }

  private RunFolder begun(int fold, int folds, boolean stratify, PreparedData data)
      throws IOException {
    TrainingConfig config = SmallNetworks.config(2, SplitRule.ofFold(fold, folds, stratify));
    RunFolder run = new RunFolder(folder.resolve("folds/" + fold).toString());
    run.begin(
        new RunConfig(
                config,
                SmallData.files(data),
                RejectionBudget.ofCount(2),
                RunConfig.fingerprint(data.dataSet()),
                "any")
            .toJson(),
        SmallNetworks.begun(config));
    return run;
  }

  /** What was predicted afterwards is what the best epoch's validation told. */
  private static void requireFiguresOfTheFoldsRows(
      TrialResult fold, List<String> rows, PreparedData data) {
    List<String> own =
        rows.stream()
            .skip(1)
            .filter(row -> cell(row, 0).equals(String.valueOf(fold.trial().number())))
            .toList();
    assertEquals(data.dataSet().train().examples() - data.trainExamples(fold.config()), own.size());
    long correct = own.stream().filter(row -> cell(row, 2).equals(cell(row, 3))).count();
    assertEquals(
        fold.best().orElseThrow().valAccuracy(), (double) correct / own.size(), "accuracy");
  }

  private static String cell(String row, int column) {
    return row.split(",", -1)[column];
  }
}
