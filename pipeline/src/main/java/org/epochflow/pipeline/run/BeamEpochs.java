package org.epochflow.pipeline.run;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.beam.sdk.PipelineResult;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Groups;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.pipeline.train.EpochPlan;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.epochflow.pipeline.train.TrainEpoch;

/** An epoch is a pipeline; its models travel as files in a folder of their own. */
public final class BeamEpochs implements Epochs {
  private static final int HASH_DIGITS = 16;
  private final Execution execution;
  private final PreparedData data;
  private final String workFolder;
  private final ReplicaThreads threads;

  /**
   * @param workFolder where epochs keep their files, reachable by every worker
   */
  public BeamEpochs(
      Execution execution, PreparedData data, String workFolder, ReplicaThreads threads) {
    this.execution = execution;
    this.data = data;
    this.workFolder = workFolder;
    this.threads = threads;
  }

  @Override
  public EpochResult run(TrainingState state, Progress progress) throws IOException {
    Stopwatch watch = new Stopwatch();
    EpochPlan plan = plan(state);
    try {
      return run(state, plan, watch, progress);
    } finally {
      TrainEpoch.end(plan);
    }
  }

  private EpochResult run(TrainingState state, EpochPlan plan, Stopwatch watch, Progress progress)
      throws IOException {
    TrainEpoch.begin(plan, state.model());
    long examples = data.trainExamples(state.config());
    execution.run(
        String.format(Locale.ROOT, "epoch %d", state.epoch() + 1),
        pipeline ->
            pipeline.apply("Epoch", new TrainEpoch(plan, execution.keys(), groups(plan.config()))),
        new EpochWatch(plan, examples, progress));
    progress.at(examples, examples);
    TrainEpoch.Result result = TrainEpoch.read(plan);
    Storage.deleteAll(plan.folder());
    return new EpochResult(
        result.model(),
        result.training(),
        result.validation(),
        watch.secondsUntil(result.averagedAt()),
        watch.seconds());
  }

  private Groups groups(TrainingConfig config) {
    return execution.groups(config.parallel().replicas());
  }

  /** Reads the progress of the replicas twice a second. */
  private static final class EpochWatch implements Execution.Watch {
    private static final long EVERY_NANOS = 500_000_000;
    private final EpochPlan plan;
    private final long of;
    private final Progress progress;
    private long looked = System.nanoTime();
    private long most;

    EpochWatch(EpochPlan plan, long of, Progress progress) {
      this.plan = plan;
      this.of = of;
      this.progress = progress;
    }

    @Override
    public CompletableFuture<?> work() {
      return TrainEpoch.work(plan);
    }

    @Override
    public void look(PipelineResult result) {
      long now = System.nanoTime();
      if (now - looked >= EVERY_NANOS) {
        looked = now;
        most = Math.max(most, TrainEpoch.examplesDone(plan)); // a new attempt counts from 0
        progress.at(most, of);
      }
    }
  }

  private EpochPlan plan(TrainingState state) {
    String hash = ParametersHash.sha256(state.model().parameters()).substring(0, HASH_DIGITS);
    return new EpochPlan(
        state.epochConfig(),
        threads,
        state.epoch(),
        data.train(),
        data.manifest(),
        data.dataSet().train().crc(),
        String.format(Locale.ROOT, "%s/epoch-%05d", workFolder, state.epoch() + 1),
        hash,
        execution.isInProcess());
  }
}
