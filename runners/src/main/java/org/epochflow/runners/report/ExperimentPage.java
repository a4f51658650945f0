package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.experiment.TrialResult;

/** The page of a tuning or a cross-validation: its trials as a table and as curves. */
public final class ExperimentPage {
  private ExperimentPage() {}

  /**
   * The page of a tuning: also the best so far and, of each option, how the trials did by it.
   *
   * @param ranked the trials, the best first
   * @param test how the best did on the test examples
   */
  public static Page tuning(String title, List<TrialResult> ranked, Optional<Tally> test) {
    return page(title, "trial", ranked, "Test of the best", test);
  }

  /**
   * The page of a cross-validation: also the folds' means.
   *
   * @param all how all examples were predicted
   */
  public static Page crossValidation(String title, List<TrialResult> folds, Optional<Tally> all) {
    return page(title, "fold", folds, "All out of fold", all);
  }

  private static Page page(
      String title, String kind, List<TrialResult> results, String part, Optional<Tally> tally) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("title", title).put("kind", kind);
    tree.put(
        "monitor", results.get(0).config().stopping().monitor().name().toLowerCase(Locale.ROOT));
    ArrayNode options = tree.putArray("options");
    results.get(0).trial().options().keySet().forEach(options::add);
    ArrayNode trials = tree.putArray("trials");
    results.forEach(result -> trials.add(trial(result, kind)));
    tally.ifPresent(
        t ->
            tree.putObject("summary")
                .put("part", part)
                .put("loss", t.loss())
                .put("accuracy", t.accuracy())
                .put("examples", t.examples()));
    return new Page(title, ExperimentPage.class, "experiment.js", tree);
  }

  private static ObjectNode trial(TrialResult result, String kind) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    int number = result.trial().number();
    tree.put("number", number).put("status", result.status());
    tree.put("report", "%ss/%04d/report.html".formatted(kind, number));
    ArrayNode values = tree.putArray("values");
    result.trial().options().values().forEach(values::add);
    result
        .best()
        .ifPresent(
            best ->
                tree.put("best_epoch", best.epoch() + 1)
                    .put("val_loss", best.valLoss())
                    .put("val_accuracy", best.valAccuracy()));
    ObjectNode history = tree.putObject("history");
    column(history, "loss", result.history().stream().map(EpochRow::loss).toList());
    column(history, "val_loss", result.history().stream().map(EpochRow::valLoss).toList());
    column(history, "accuracy", result.history().stream().map(EpochRow::accuracy).toList());
    column(history, "val_accuracy", result.history().stream().map(EpochRow::valAccuracy).toList());
    return tree;
  }

  private static void column(ObjectNode history, String name, List<Double> values) {
    ArrayNode column = history.putArray(name);
    values.forEach(column::add);
  }
}
