package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.TrainingRun;

/** Runs an experiment's trials on a Beam runner, over one data set. */
public final class Experiment {
  private final Execution execution;
  private final PreparedData data;
  private final Listeners<TrialListener> listeners;

  public Experiment(Execution execution, PreparedData data, Listeners<TrialListener> listeners) {
    this.execution = execution;
    this.data = data;
    this.listeners = listeners;
  }

  /** Makes the candidates of a job runs, and tells the listeners. */
  static Begun begin(
      ExperimentJob job,
      ExperimentFolder folder,
      Execution execution,
      Listeners<TrialListener> listeners)
      throws IOException {
    ExperimentJob.Begun begun = job.begin(folder, execution, listeners::warn);
    listeners.tell(listener -> listener.prepared(begun.data(), begun.trials()));
    return new Begun(new Experiment(execution, begun.data(), listeners), begun.trials());
  }

  /** An experiment with its trials, each a run. */
  record Begun(Experiment experiment, List<Trial> trials) {}

  /** Writes what is known of every trial's data, and tells the listeners that all is done. */
  void end(List<TrialResult> results, Optional<Evaluation> evaluation) throws IOException {
    for (TrialResult result : results) {
      result.trial().run().writeStatistics(TrainingRun.summary(result.config(), data).toJson());
    }
    listeners.tell(listener -> listener.ended(results, evaluation));
  }

  /** On which runner. */
  Execution execution() {
    return execution;
  }

  PreparedData data() {
    return data;
  }

  /**
   * Trains all trials in parallel, each until it stops or has the given number of epochs. The
   * folder of each is a run already.
   *
   * @param name of the pipeline
   * @return the results, in the order of the trials
   * @throws IllegalStateException if a trial ended too early
   */
  List<TrialResult> train(String name, List<Trial> trials, int until) throws IOException {
    List<Trial> unfinished = new ArrayList<>();
    for (Trial trial : trials) {
      if (!reached(trial.run().latest(), until)) {
        unfinished.add(trial);
      }
    }
    if (!unfinished.isEmpty()) {
      listeners.tell(listener -> listener.began(trials, until));
      TrialWatch watch = new TrialWatch(unfinished, listeners);
      execution.run(
          name,
          pipeline ->
              pipeline
                  .apply("Trials", Create.of(placed(unfinished)).withCoder(RunTrials.CODER))
                  .apply("RunTrials", new RunTrials(data, until)),
          watch);
      watch.look();
    }
    List<TrialResult> results = new ArrayList<>();
    for (Trial trial : trials) {
      TrainingState state = trial.run().latest();
      if (!reached(state, until)) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "Expected trial %d to be trained, found it after epoch %d (%s)",
                trial.number(),
                state.epoch(),
                trial.run().path()));
      }
      trial.run().restore(state);
      results.add(TrialResult.of(trial, state));
    }
    return results;
  }

  /** The trials' folders under keys that spread them over the workers. */
  private List<KV<Integer, String>> placed(List<Trial> trials) {
    List<Integer> keys = execution.keys().of(trials.size());
    return IntStream.range(0, trials.size())
        .mapToObj(i -> KV.of(keys.get(i), trials.get(i).run().path()))
        .toList();
  }

  private static boolean reached(TrainingState state, int until) {
    return state.stopped() || state.epoch() >= until;
  }
}
