package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.train.ReplicaThreads;

/**
 * A tuning: trains the trials rung by rung, a pipeline each, and ranks them. The promotions follow
 * only from the first epochs of the histories, so a killed and resumed tuning has the same result.
 */
public final class Tuning {
  private final Experiment experiment;
  private final ExperimentFolder folder;
  private final Rungs rungs;

  public Tuning(Experiment experiment, ExperimentFolder folder, Rungs rungs) {
    this.experiment = experiment;
    this.folder = folder;
    this.rungs = rungs;
  }

  /**
   * The result.
   *
   * @param ranked the trials, the best first: by the rung they reached, then by the monitor
   * @param test the test result of the best trial's best model; empty if every trial diverged
   */
  public record Result(List<TrialResult> ranked, Optional<Evaluation> test) {
    public Result {
      ranked = List.copyOf(ranked);
    }
  }

  /**
   * Begins or continues a tuning in a folder. Writes {@code best.json}, by which the best candidate
   * can be trained again, besides what {@link #run(List)} writes.
   */
  public static Result run(
      ExperimentJob job,
      Rungs rungs,
      ExperimentFolder folder,
      Execution execution,
      Listeners<TrialListener> listeners)
      throws IOException {
    try (Lease lease = folder.lease()) {
      Experiment.Begun begun = Experiment.begin(job, folder, execution, listeners);
      Result result = new Tuning(begun.experiment(), folder, rungs).run(begun.trials());
      lease.requireHeld();
      if (result.test().isPresent()) {
        int best = result.ranked().get(0).trial().number();
        folder.write("best.json", job.candidates().get(best - 1).again());
      }
      begun.experiment().end(result.ranked(), result.test());
      return result;
    }
  }

  /**
   * Trains the trials, each a run already, writes {@code trials.csv}, and finishes the best: all
   * its epochs, then evaluated on the test examples as a training of its own is.
   */
  public Result run(List<Trial> trials) throws IOException {
    List<TrialResult> ranked = new ArrayList<>(rank(trials));
    ResultsCsv.writeTrials(folder.path() + "/trials.csv", ranked);
    if (ranked.get(0).diverged()) {
      return new Result(ranked, Optional.empty());
    }
    Trial winner = ranked.get(0).trial();
    TrainingRun run =
        new TrainingRun(
            winner.run(), experiment.execution(), ReplicaThreads.EVEN, Listeners.none());
    try (Lease lease = winner.run().lease()) {
      TrainingState state = run.train(winner.run().latest(), experiment.data(), lease);
      ranked.set(0, TrialResult.of(winner, state));
      ResultsCsv.writeTrials(folder.path() + "/trials.csv", ranked);
      return new Result(ranked, run.finish(state, experiment.data()));
    }
  }

  private List<TrialResult> rank(List<Trial> trials) throws IOException {
    Map<Integer, TrialResult> results = new TreeMap<>();
    Map<Integer, Integer> reached = new TreeMap<>();
    List<Trial> left = trials;
    for (int rung = 0; rung < rungs.rungs().size(); rung++) {
      int epochs = rungs.rungs().get(rung).epochs();
      String name = String.format(Locale.ROOT, "trials, rung %d", rung + 1);
      List<TrialResult> done = new ArrayList<>(experiment.train(name, left, epochs));
      for (TrialResult result : done) {
        results.put(result.trial().number(), result);
        reached.put(result.trial().number(), rung);
      }
      done.sort(TrialResult.after(epochs));
      if (rung + 1 < rungs.rungs().size()) {
        left =
            done.stream()
                .limit(rungs.rungs().get(rung + 1).trials())
                .map(TrialResult::trial)
                .sorted(Comparator.comparingInt(Trial::number))
                .toList();
      }
    }
    return results.values().stream()
        .sorted(
            Comparator.comparing(TrialResult::diverged)
                .thenComparing(r -> -reached.getOrDefault(r.trial().number(), 0))
                .thenComparing(TrialResult.after(Integer.MAX_VALUE)))
        .toList();
  }
}
