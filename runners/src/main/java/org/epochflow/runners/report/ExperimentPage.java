package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.experiment.Dimension;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.pipeline.experiment.TrialResult;

/**
 * The page of a tuning or a cross-validation: its trials as a table and as curves, of a tuning also
 * the best so far and how the trials did by each option, of a cross-validation the folds' means.
 *
 * @param space what a tuning tries; empty where it is a cross-validation
 */
public record ExperimentPage(String title, Optional<Space> space) {
  /**
   * The page once all is done.
   *
   * @param results of a tuning the best first
   * @param tally how the best did on the test examples, or how all were predicted out of fold
   */
  public Page ended(List<TrialResult> results, Optional<Tally> tally) {
    ObjectNode tree = tree(results, TrialResult::status);
    for (int i = 0; i < results.size(); i++) {
      int number = results.get(i).trial().number();
      trial(tree, i).put("report", "%ss/%04d/report.html".formatted(kind(), number));
    }
    tally.ifPresent(
        t ->
            tree.putObject("summary")
                .put("part", space.isPresent() ? "Test of the best" : "All out of fold")
                .put("loss", t.loss())
                .put("accuracy", t.accuracy())
                .put("examples", t.examples()));
    return page(tree);
  }

  private static ObjectNode trial(ObjectNode tree, int i) {
    return (ObjectNode) tree.withArray("trials").get(i);
  }

  /**
   * The page while trials run, which follows them.
   *
   * @param results as far as they are known
   * @param status what a trial does, in a word
   * @param seconds the longest that an epoch has been waited for
   * @param resume the command that goes on where it was killed
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

  /** Of a tuning the best so far first. */
  private List<TrialResult> sorted(List<TrialResult> results) {
    return space.isEmpty()
        ? results
        : results.stream().sorted(TrialResult.after(Integer.MAX_VALUE)).toList();
  }

  private Page page(ObjectNode tree) {
    return new Page(title, ExperimentPage.class, "experiment.js", tree);
  }

  private String kind() {
    return space.isPresent() ? "trial" : "fold";
  }

  private ObjectNode tree(List<TrialResult> results, Function<TrialResult, String> status) {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("title", title).put("kind", kind());
    tree.put(
        "monitor", results.get(0).config().stopping().monitor().name().toLowerCase(Locale.ROOT));
    ArrayNode options = tree.putArray("options");
    space.stream().flatMap(s -> s.dimensions().stream()).forEach(d -> option(d, options));
    ArrayNode trials = tree.putArray("trials");
    results.forEach(result -> trials.add(trial(result, status.apply(result))));
    return tree;
  }

  /** A range says whether it is searched on a logarithmic scale; of a list the values tell. */
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
