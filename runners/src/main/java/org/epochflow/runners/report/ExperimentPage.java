package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.experiment.Dimension;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.pipeline.experiment.TrialResult;

/**
 * The page of a tuning or a cross-validation: its trials as a table and as curves. For a tuning it
 * also shows the best so far and the results by option, for a cross-validation the means over the
 * folds.
 *
 * @param space the options that a tuning searches; empty for a cross-validation
 */
public record ExperimentPage(String title, Optional<Space> space) {
  /**
   * Returns the page after all trials have ended.
   *
   * @param results the results, in a tuning the best first
   * @param tally the best trial's result on the test examples, or that of all out-of-fold
   *     predictions
   */
  public Page ended(List<TrialResult> results, Optional<Tally> tally) {
    ObjectNode tree = tree(results, TrialResult::status);
    for (int i = 0; i < results.size(); i++) {
      int number = results.get(i).trial().number();
      trial(tree, i)
          .put("report", String.format(Locale.ROOT, "%ss/%04d/report.html", kind(), number));
    }
    tally.ifPresent(
        t ->
            tree.putObject("summary")
                .put("part", space.isPresent() ? "Test of the best" : "All out-of-fold predictions")
                .put("loss", t.loss())
                .put("accuracy", t.accuracy())
                .put("examples", t.examples()));
    return page(tree);
  }

  private static ObjectNode trial(ObjectNode tree, int i) {
    return (ObjectNode) tree.withArray("trials").get(i);
  }

  /**
   * Returns the page while trials run, which updates itself.
   *
   * @param results the results so far
   * @param status the state of each trial, in a word
   * @param seconds the longest wait for an epoch so far
   * @param resume the command that resumes the work after a kill
   */
  Page running(
      List<TrialResult> results,
      Function<TrialResult, String> status,
      double seconds,
      String resume) {
    ObjectNode tree = tree(sorted(results), status);
    tree.put("running", true).put("seconds", seconds).put("resume", resume);
    return page(tree);
  }

  /** The results so far, in a tuning the best first. */
  private List<TrialResult> sorted(List<TrialResult> results) {
    return space.isEmpty()
        ? results
        : results.stream().sorted(TrialResult.after(Integer.MAX_VALUE)).toList();
  }

  private Page page(ObjectNode tree) {
    return new Page(title, ExperimentPage.class, "experiment.js", tree);
  }

  /** The word for a training. */
  String kind() {
    return space.isPresent() ? "trial" : "fold";
  }

  private ObjectNode tree(List<TrialResult> results, Function<TrialResult, String> status) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("title", title).put("kind", kind());
    Monitor monitor = results.get(0).config().stopping().monitor();
    tree.put("monitor", JsonObject.spell(monitor)).put("lower_is_better", monitor.lowerIsBetter());
    ArrayNode options = tree.putArray("options");
    space.stream().flatMap(s -> s.dimensions().stream()).forEach(d -> option(d, options));
    ArrayNode trials = tree.putArray("trials");
    results.forEach(result -> trials.add(trial(result, status.apply(result))));
    return tree;
  }

  /** Adds an option; for a list, {@code log} is absent and the values decide the scale. */
  private static void option(Dimension dimension, ArrayNode options) {
    ObjectNode option = options.addObject().put("name", dimension.option());
    if (dimension instanceof Dimension.Range range) {
      option.put("log", range.log());
    }
  }

  private static ObjectNode trial(TrialResult result, String status) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("number", result.trial().number()).put("status", status);
    ArrayNode values = tree.putArray("values");
    result.trial().options().values().forEach(values::add);
    Monitor monitor = result.config().stopping().monitor();
    result
        .best()
        .ifPresent(
            best ->
                tree.put("best_epoch", best.epoch() + 1)
                    .put("val_loss", best.valLoss())
                    .put("val_accuracy", best.valAccuracy())
                    .put(JsonObject.spell(monitor), monitor.of(best)));
    ObjectNode history = tree.putObject("history");
    column(history, "loss", result.history().stream().map(EpochRow::loss).toList());
    column(history, "val_loss", result.history().stream().map(EpochRow::valLoss).toList());
    column(history, "accuracy", result.history().stream().map(EpochRow::accuracy).toList());
    column(history, "val_accuracy", result.history().stream().map(EpochRow::valAccuracy).toList());
    column(
        history,
        JsonObject.spell(monitor),
        result.history().stream().map(row -> monitor.of(row)).toList());
    return tree;
  }

  private static void column(ObjectNode history, String name, List<Double> values) {
    ArrayNode column = history.putArray(name);
    values.forEach(column::add);
  }
}
