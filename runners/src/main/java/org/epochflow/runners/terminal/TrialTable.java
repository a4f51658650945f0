package org.epochflow.runners.terminal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.train.EarlyStopping.Monitor;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.TrialResult;

/**
 * Prints a line of at most 80 columns when an epoch of a trial ends, and finally a table of the
 * results.
 */
public final class TrialTable implements TrialListener {
  private final String what;
  private final int trials;
  private final PrintStream out;

  /**
   * Prints nothing yet.
   *
   * @param what the word for a trial
   * @param trials the number of trials
   */
  public TrialTable(String what, int trials, PrintStream out) {
    this.what = what;
    this.trials = trials;
    this.out = out;
  }

  @Override
  public void began(List<Trial> ofThem, int until) {
    out.println();
    out.println(line(what, "epoch", EpochColumns.NAMES));
  }

  @Override
  public void epochEnded(Trial trial, EpochRow row) {
    String number = trial.number() + "/" + trials;
    out.println(line(number, String.valueOf(row.epoch() + 1), EpochColumns.figures(row)));
  }

  private String line(String trial, String epoch, String figures) {
    int width = Math.max(what.length(), (trials + "/" + trials).length());
    return " ".repeat(width - trial.length()) + "%s  %5s  %s".formatted(trial, epoch, figures);
  }

  /** Prints the results in their order, with the figures of each trial's best epoch. */
  public void print(List<TrialResult> results) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of(what));
    head.addAll(results.get(0).trial().options().keySet());
    head.addAll(List.of("epochs", "best"));
    shown(results).forEach(figure -> head.add(JsonObject.spell(figure)));
    head.add("status");
    rows.add(head);
    results.forEach(result -> rows.add(row(result, shown(results))));
    int[] widths =
        IntStream.range(0, head.size())
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    out.println();
    for (List<String> row : rows) {
      out.println(
          IntStream.range(0, widths.length)
              .mapToObj(i -> " ".repeat(widths[i] - row.get(i).length()) + row.get(i))
              .collect(Collectors.joining("  ")));
    }
  }

  /** The two figures that are always there, and what is monitored. */
  private static List<Monitor> shown(List<TrialResult> results) {
    Monitor monitor = results.get(0).config().stopping().monitor();
    return Stream.of(Monitor.VAL_LOSS, Monitor.VAL_ACCURACY, monitor).distinct().toList();
  }

  private static List<String> row(TrialResult result, List<Monitor> shown) {
    List<String> row = new ArrayList<>(List.of(String.valueOf(result.trial().number())));
    row.addAll(result.trial().options().values());
    row.add(String.valueOf(result.history().size()));
    row.add(result.best().map(best -> String.valueOf(best.epoch() + 1)).orElse("-"));
    shown.forEach(
        figure -> row.add(result.best().map(best -> figure(figure.of(best))).orElse("-")));
    row.add(result.status().replace('_', ' '));
    return row;
  }

  /** Returns the means over the best epochs of the results, with the sample standard deviations. */
  public String means(List<TrialResult> results) {
    return shown(results).stream()
        .map(figure -> "  %s: %s".formatted(JsonObject.spell(figure), mean(results, figure::of)))
        .collect(
            Collectors.joining("", String.format(Locale.ROOT, "Mean of %d", results.size()), ""));
  }

  private static String mean(List<TrialResult> results, ToDoubleFunction<EpochRow> figure) {
    List<Double> values =
        results.stream().map(r -> figure.applyAsDouble(r.best().orElseThrow())).toList();
    double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
    double squares = values.stream().mapToDouble(v -> (v - mean) * (v - mean)).sum();
    return figure(mean) + " +- " + figure(Math.sqrt(squares / (values.size() - 1)));
  }

  private static String figure(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
