package org.epochflow.pipeline.run;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataSet;
import org.epochflow.pipeline.data.DataSummary;
import org.epochflow.pipeline.data.PrepareData;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.store.FolderInUseException;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.Metrics;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.epochflow.pipeline.train.TrainingData;

/** One training with its folder, from files to figures, on a Beam runner. */
public final class TrainingRun {
  private final RunFolder folder;
  private final Execution execution;
  private final ReplicaThreads threads;
  private final Listeners<TrainingListener> listeners;

  public TrainingRun(
      RunFolder folder,
      Execution execution,
      ReplicaThreads threads,
      Listeners<TrainingListener> listeners) {
    this.folder = folder;
    this.execution = execution;
    this.threads = threads;
    this.listeners = listeners;
  }

  /**
   * A training that ended.
   *
   * @param test the best model on the test examples; empty if there is no best model, or nothing
   *     was left to do
   */
  public record Trained(TrainingState state, Optional<Evaluation> test) {}

  /**
   * Begins the run that is asked for, or continues the one in the folder, trains until it stops,
   * and evaluates the best model.
   *
   * @param resume whether a run in the folder may continue
   * @throws FolderInUseException if there is a run that may not
   * @throws ResumptionException if it cannot continue as it is asked to; it is unchanged then
   */
  public Trained run(TrainingJob job, boolean resume) throws IOException {
    try (Lease lease = folder.lease()) {
      if (!folder.isRun()) {
        PreparedData data = prepare(job);
        return end(begin(data, job), data, lease);
      } else if (!resume) {
        throw new FolderInUseException(
            "Expected an output folder without a run, found one: %s; --resume continues it"
                .formatted(folder.path()));
      }
      return resume(job, lease);
    }
  }

  private Trained resume(TrainingJob job, Lease lease) throws IOException {
    RunConfig saved = RunConfig.of(folder);
    TrainingState latest = folder.latest();
    Resumption resumption = new Resumption(latest.config(), job);
    TrainingState state = latest.withEpochs(resumption.config().epochs());
    resumption.requireSameBudget(saved.maxRejected());
    if (saved.data().test().isEmpty()) {
      throw new ResumptionException(
          "Expected a run of train, found one without test files, a fold of crossvalidate: "
              + folder.path());
    }
    DataFiles files = job.files().orElse(saved.data());
    if (state.stopped() && folder.isFinished()) {
      requireSame(saved, files);
      folder.deleteUnfinished();
      return new Trained(state, Optional.empty());
    }
    PreparedData data = prepareAgain(saved, files);
    folder.configure(saved.movedTo(state.config(), files).toJson());
    return end(state, data, lease);
  }

  private Trained end(TrainingState state, PreparedData data, Lease lease) throws IOException {
    TrainingState stopped = train(state, data, lease);
    lease.requireHeld();
    return new Trained(stopped, finish(stopped, data));
  }

  /**
   * Reads, checks and counts the data of a new run, and meanwhile makes this process ready to train
   * it. On a failure nothing is left.
   */
  public PreparedData prepare(TrainingJob job) throws IOException {
    DataFiles files = job.files().orElseThrow();
    folder.claim();
    try {
      PrepareData preparation =
          new PrepareData(files, job.model().classes(), job.model().knownNames(), folder.data());
      preparation.notices().forEach(listeners::warn);
      job.model().requireFit(preparation.images());
      Closeable warmUp = execution.warmUp(job.config(preparation.image()));
      try {
        return preparation.read(execution, job.maxRejected(), data -> {});
      } finally {
        warmUp.close();
      }
    } catch (IOException | RuntimeException e) {
      folder.discard();
      throw e;
    }
  }

  /**
   * Reads, checks and counts the data of a resumed run.
   *
   * @param files where they are now
   * @throws BadDataException if they are not the data that the run began with; nothing is changed
   *     then
   */
  public PreparedData prepareAgain(RunConfig saved, DataFiles files) throws IOException {
    requireSame(saved, files);
    return prepare(saved, files, folder.data());
  }

  /**
   * Refuses data that the run did not begin with; reads the files if they have changed places.
   *
   * @throws BadDataException naming what differs
   */
  public void requireSame(RunConfig saved, DataFiles files) throws IOException {
    if (files.equals(saved.data())) {
      return;
    }
    // The run's own files lie unpacked in its folder; others are looked at elsewhere.
    String elsewhere = folder.work() + "/data";
    try {
      prepare(saved, files, elsewhere);
    } finally {
      Storage.deleteAll(elsewhere);
      Storage.deleteIfEmpty(folder.work());
    }
  }

  private PreparedData prepare(RunConfig saved, DataFiles files, String data) throws IOException {
    TrainingConfig training = saved.training();
    return new PrepareData(files, training.architecture().classes(), training.classNames(), data)
        .read(execution, saved.maxRejected(), saved::requireSame);
  }

  /**
   * Makes the folder a run, which can continue from now on. On a failure nothing is left.
   *
   * @throws BadDataException if nothing is left to train on
   */
  public TrainingState begin(PreparedData data, TrainingJob job) throws IOException {
    try {
      job.model().requireFit(data.train());
      TrainingConfig asked = job.config(data);
      data.requireExamples(asked);
      TrainingConfig config = asked.inEpochs(data.trainExamples(asked));
      job.model()
          .saved()
          .map(start -> new ScaleCheck(job.model().name(), start, config.preprocessing()))
          .flatMap(check -> check.warning(data.dataSet().train()))
          .ifPresent(listeners::warn);
      TrainingState state = TrainingState.begin(config, job.model().begin(config));
      folder.begin(
          new RunConfig(
                  config,
                  job.files().orElseThrow(),
                  job.maxRejected(),
                  RunConfig.fingerprint(data.dataSet()),
                  ParametersHash.sha256(state.model().parameters()))
              .toJson(),
          state);
      return state;
    } catch (IOException | RuntimeException e) {
      folder.discard();
      throw e;
    }
  }

  /**
   * Trains from the latest state of this run until it stops.
   *
   * @param lease that keeps others away; no epoch is saved without it
   */
  public TrainingState train(TrainingState state, PreparedData data, Lease lease)
      throws IOException {
    folder.reopen();
    List<String> damaged = folder.restore(state);
    if (!damaged.isEmpty()) {
      listeners.tell(listener -> listener.setAside(damaged));
    }
    DataSummary summary = summary(state.config(), data);
    folder.writeStatistics(summary.toJson());
    listeners.tell(listener -> listener.began(state, summary));
    int replicas = state.config().parallel().replicas();
    Execution narrow = execution.narrowedTo(execution.groups(replicas).count());
    BeamEpochs epochs = new BeamEpochs(narrow, data, folder.work(), threads);
    TrainingState stopped =
        Training.run(
            state,
            folder,
            (before, progress) -> {
              EpochResult result = epochs.run(before, progress);
              lease.requireHeld();
              return result;
            },
            listeners);
    Storage.deleteAll(folder.work());
    return stopped;
  }

  /** What a training of this configuration has in its data. */
  public static DataSummary summary(TrainingConfig config, PreparedData data) throws IOException {
    DataSet dataSet = data.dataSet();
    TrainingData training = new TrainingData(dataSet.train(), data.train(), config);
    List<Long> validation = training.validationPerClass();
    List<Long> all = dataSet.train().perClass();
    return new DataSummary(
        data.image(),
        training.trainExamples(),
        training.validationExamples(),
        dataSet.test().examples(),
        IntStream.range(0, all.size()).mapToObj(c -> all.get(c) - validation.get(c)).toList(),
        validation,
        dataSet.test().perClass(),
        dataSet.train().pixelMean(),
        dataSet.train().pixelDeviation(),
        dataSet.train().rejectedRecords() + dataSet.test().rejectedRecords() + data.unreadable());
  }

  /**
   * Evaluates the best model on the test examples, writes the figures and the mistakes.
   *
   * @return empty if no epoch gave a usable model
   */
  public Optional<Evaluation> finish(TrainingState state, PreparedData data) throws IOException {
    if (state.bestEpoch() < 0) {
      return Optional.empty();
    }
    SavedModel best = folder.best(state);
    EvaluationRun run =
        new EvaluationRun(execution, folder.bestModel(), best, state.config().classNames());
    Evaluation evaluation = run.test(data, folder.work(), folder.path());
    Storage.deleteAll(folder.work());
    folder.finish(
        new Metrics(
                "test", evaluation.tally(), evaluation.quality(), state.config().stopping().topK())
            .withParameters(best.parameters())
            .withTraining(state, data.trainExamples(state.config())));
    return Optional.of(evaluation);
  }
}
