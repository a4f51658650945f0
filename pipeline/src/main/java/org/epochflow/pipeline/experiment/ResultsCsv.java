package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.store.Csv;

/** The results of trials as tables of CSV: reproducible, so without times. */
final class ResultsCsv {
  private static final List<String> FIGURES =
      List.of(
          "status",
          "epochs",
          "best_epoch",
          "loss",
          "accuracy",
          "val_loss",
          "val_accuracy",
          "parameters_sha256");

  private ResultsCsv() {}

  /**
   * Writes a row a trial, by number, with its rank and its options. {@code best_epoch} counts from
   * 1; the figures are that epoch's.
   */
  static void writeTrials(String path, List<TrialResult> ranked) throws IOException {
    Map<Integer, Integer> ranks =
        IntStream.range(0, ranked.size())
            .boxed()
            .collect(Collectors.toMap(i -> ranked.get(i).trial().number(), i -> i + 1));
    List<String> columns = new ArrayList<>(List.of("trial", "rank"));
    columns.addAll(ranked.get(0).trial().options().keySet());
    write(
        path,
        columns,
        ranked,
        result -> {
          List<Object> values = new ArrayList<>(List.of(ranks.get(result.trial().number())));
          values.addAll(result.trial().options().values());
          return values;
        });
  }

  /** Writes a row a fold. */
  static void writeFolds(String path, List<TrialResult> folds) throws IOException {
    write(path, List.of("fold"), folds, result -> List.of());
  }

  private static void write(
      String path,
      List<String> columns,
      List<TrialResult> results,
      Function<TrialResult, List<Object>> own)
      throws IOException {
    List<Monitor> more =
        Monitor.ofQuality(results.stream().flatMap(result -> result.best().stream()).toList());
    List<String> all = new ArrayList<>(columns);
    all.addAll(FIGURES);
    more.forEach(figure -> all.add(JsonObject.spell(figure)));
    List<TrialResult> byNumber =
        results.stream()
            .sorted(Comparator.comparingInt(result -> result.trial().number()))
            .toList();
    Csv.write(
        path,
        all,
        csv -> {
          for (TrialResult result : byNumber) {
            List<Object> values = new ArrayList<>(List.of(result.trial().number()));
            values.addAll(own.apply(result));
            values.addAll(figures(result));
            more.forEach(
                figure ->
                    values.add(result.best().<Object>map(best -> figure.of(best)).orElse("")));
            csv.printRecord(values);
          }
        });
  }

  private static List<Object> figures(TrialResult result) {
    List<Object> figures = new ArrayList<>(List.of(result.status(), result.history().size()));
    figures.addAll(result.best().map(ResultsCsv::figures).orElse(Collections.nCopies(5, "")));
    figures.add(result.parametersSha256());
    return figures;
  }

  private static List<Object> figures(EpochRow best) {
    return List.of(
        best.epoch() + 1, best.loss(), best.accuracy(), best.valLoss(), best.valAccuracy());
  }
}
