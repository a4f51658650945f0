package org.epochflow.pipeline.experiment;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What trials came to as tables of CSV: reproducible, so without times. */
final class ResultsCsv {
  private static final String FIGURES =
      "status,epochs,best_epoch,loss,accuracy,val_loss,val_accuracy,parameters_sha256\n";

  private ResultsCsv() {}

  /**
   * A row a trial, by number, with its rank and its options. {@code best_epoch} counts from 1; the
   * figures are that epoch's.
   */
  static String trials(List<TrialResult> ranked) {
    Map<Integer, Integer> ranks =
        IntStream.range(0, ranked.size())
            .boxed()
            .collect(Collectors.toMap(i -> ranked.get(i).trial().number(), i -> i + 1));
    String options =
        ranked.get(0).trial().options().keySet().stream()
            .map(name -> name + ",")
            .collect(Collectors.joining());
    return "trial,rank,"
        + options
        + FIGURES
        + rows(
            ranked,
            result ->
                ranks.get(result.trial().number())
                    + ","
                    + result.trial().options().values().stream()
                        .map(value -> value + ",")
                        .collect(Collectors.joining()));
  }

  /** A row a fold. */
  static String folds(List<TrialResult> folds) {
    return "fold," + FIGURES + rows(folds, result -> "");
  }

  private static String rows(List<TrialResult> results, Function<TrialResult, String> more) {
    return results.stream()
        .sorted(Comparator.comparingInt(result -> result.trial().number()))
        .map(result -> result.trial().number() + "," + more.apply(result) + figures(result))
        .collect(Collectors.joining());
  }

  private static String figures(TrialResult result) {
    String best =
        result
            .best()
            .map(
                row ->
                    "%d,%s,%s,%s,%s"
                        .formatted(
                            row.epoch() + 1,
                            row.loss(),
                            row.accuracy(),
                            row.valLoss(),
                            row.valAccuracy()))
            .orElse(",,,,");
    return "%s,%d,%s,%s\n"
        .formatted(result.status(), result.history().size(), best, result.parametersSha256());
  }
}
