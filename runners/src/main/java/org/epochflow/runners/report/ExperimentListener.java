package org.epochflow.runners.report;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.TrialResult;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.pipeline.train.TrainingData;
import org.epochflow.runners.terminal.Shell;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an experiment's {@code report.html} up to date while its trials run, by a {@link
 * PageWriter}.
 */
public final class ExperimentListener implements TrialListener, AutoCloseable {
  private final ExperimentPage page;
  private final ExperimentFolder folder;
  private final Consumer<String> warnings;
  private final PageWriter writer;
  private final Map<Integer, TrialResult> results = new TreeMap<>();
  private final Set<Integer> trained = new HashSet<>();
  private @Nullable PreparedData data;
  private int until;
  private long newsAt;
  private double longestPause;

  /** Writes nothing yet. */
  public ExperimentListener(
      ExperimentPage page, ExperimentFolder folder, Consumer<String> warnings) {
    this.page = page;
    this.folder = folder;
    this.warnings = warnings;
    writer = new PageWriter(warnings);
  }

  @Override
  public synchronized void prepared(PreparedData prepared, List<Trial> trials) {
    data = prepared;
    for (Trial trial : trials) {
      try {
        results.put(
            trial.number(),
            TrialResult.of(trial, RunConfig.of(trial.run()).training(), trial.run().history()));
      } catch (IOException e) {
        warnings.accept(
            String.format(Locale.ROOT, "Could not read trial %d: %s", trial.number(), e));
      }
    }
  }

  @Override
  public synchronized void began(List<Trial> trials, int untilEpoch) {
    trained.clear();
    trials.forEach(trial -> trained.add(trial.number()));
    until = untilEpoch;
    newsAt = System.nanoTime();
    offer();
  }

  @Override
  public synchronized void epochEnded(Trial trial, EpochRow row) {
    results.computeIfPresent(trial.number(), (number, before) -> after(before, row));
    longestPause = Math.max(longestPause, (System.nanoTime() - newsAt) / 1e9);
    newsAt = System.nanoTime();
    offer();
  }

  private static TrialResult after(TrialResult before, EpochRow row) {
    Stream<EpochRow> earlier = before.history().stream().filter(r -> r.epoch() < row.epoch());
    return TrialResult.of(
        before.trial(), before.config(), Stream.concat(earlier, Stream.of(row)).toList());
  }

  private void offer() {
    writer.offer(() -> folder.write("report.html", page().html()));
  }

  private synchronized Page page() {
    return page.running(
        List.copyOf(results.values()), this::status, longestPause, Shell.quoted(folder.resume()));
  }

  private String status(TrialResult result) {
    if (result.stop().isPresent() || !trained.contains(result.trial().number())) {
      return result.status();
    } else if (result.history().isEmpty()) {
      return "waiting";
    }
    return result.history().size() < until ? "running" : "paused";
  }

  /** Writes the page for the last time, and each trial's own page. */
  @Override
  public void ended(List<TrialResult> ranked, Optional<Evaluation> evaluation) {
    writer.last(
        () -> {
          Page last = page.ended(ranked, evaluation.map(Evaluation::tally));
          folder.write("report.html", last.html());
          for (TrialResult result : ranked) {
            write(result, Objects.requireNonNull(data));
          }
        });
  }

  private void write(TrialResult result, PreparedData of) throws IOException {
    RunFolder run = result.trial().run();
    List<Sample> evaluated =
        page.space().isPresent()
            ? of.dataSet().test().samples()
            : new TrainingData(of.dataSet().train(), of.train(), result.config())
                .validationSamples();
    String title =
        String.format(
            Locale.ROOT,
            "%s, %s %d",
            Storage.name(folder.path()),
            page.kind(),
            result.trial().number());
    new ReportedRun(title, run, of.dataSet(), evaluated).write(run.latest());
  }

  @Override
  public void close() {
    writer.close();
  }
}
