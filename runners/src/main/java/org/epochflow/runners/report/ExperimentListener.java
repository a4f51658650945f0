package org.epochflow.runners.report;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.epochflow.model.train.EpochRow;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.experiment.TrialListener;
import org.epochflow.pipeline.experiment.TrialResult;
import org.epochflow.pipeline.run.RunConfig;

/**
 * Keeps an experiment's {@code report.html} up to date while its trials run, by a {@link
 * PageWriter}.
 */
public final class ExperimentListener implements TrialListener, AutoCloseable {
  private final ExperimentPage page;
  private final ExperimentFolder folder;
  private final PageWriter writer;
  private final Map<Integer, TrialResult> results = new TreeMap<>();
  private final Set<Integer> trained = new HashSet<>();
  private int until;
  private long newsAt;
  private double longestPause;

  /**
   * Writes nothing yet.
   *
   * @param trials trials whose run folders exist
   */
  public ExperimentListener(
      ExperimentPage page, ExperimentFolder folder, List<Trial> trials, Consumer<String> warnings)
      throws IOException {
    this.page = page;
    this.folder = folder;
    for (Trial trial : trials) {
      results.put(
          trial.number(),
          TrialResult.of(trial, RunConfig.of(trial.run()).training(), trial.run().history()));
    }
    writer = new PageWriter(warnings);
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
    return page.running(List.copyOf(results.values()), this::status, longestPause, folder.resume());
  }

  private String status(TrialResult result) {
    if (result.stop().isPresent() || !trained.contains(result.trial().number())) {
      return result.status();
    } else if (result.history().isEmpty()) {
      return "waiting";
    }
    return result.history().size() < until ? "running" : "paused";
  }

  @Override
  public void close() {
    writer.close();
  }
}
