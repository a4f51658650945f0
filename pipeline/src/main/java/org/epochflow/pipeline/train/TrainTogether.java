package org.epochflow.pipeline.train;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Impulse;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.metric.Validation;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.ModelState;
import org.epochflow.pipeline.execute.Groups;

/**
 * Trains all replicas of an epoch for all its rounds in one process, which averages them in its
 * memory, and validates the last model there. The output is the path of the result.
 */
final class TrainTogether extends PTransform<PBegin, PCollection<String>> {
  private static final long serialVersionUID = 1L;
  private final TrainFn train;

  TrainTogether(EpochPlan plan, Groups groups) {
    train = new TrainFn(plan, groups.perProcess());
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    return begin.apply("Epoch", Impulse.create()).apply("TrainReplica", ParDo.of(train));
  }

  private static final class TrainFn extends DoFn<byte[], String> {
    private static final long serialVersionUID = 1L;
    private final EpochPlan.Packed packed;
    private final int perProcess;

    TrainFn(EpochPlan plan, int perProcess) {
      packed = new EpochPlan.Packed(plan);
      this.perProcess = perProcess;
    }

    @ProcessElement
    public void process(OutputReceiver<String> out) throws IOException {
      EpochPlan plan = packed.unpacked();
      if (!plan.inProcess()) {
        TrainEpoch.Result result = train(plan, Worker.read(plan, plan.startState()));
        Worker.forget(plan, List.of(plan.startState()));
        write(plan, result);
      } else {
        Handover handover = Handover.of(plan);
        try {
          handover.result().complete(train(plan, handover.start()));
        } catch (RuntimeException | Error e) {
          handover.result().completeExceptionally(e);
          throw e;
        }
      }
      out.output(plan.result());
    }

    private TrainEpoch.Result train(EpochPlan plan, ModelState start) {
      EpochWork work = Worker.work(plan);
      int replicas = plan.config().parallel().replicas();
      long begun = System.nanoTime();
      Lanes lanes = plan.threads().lanes(plan.config(), replicas, perProcess);
      EpochWork.Trained trained = work.train(start, lanes, new ReplicaProgress(plan, 0, 0));
      long nanos = System.nanoTime() - begun;
      long batches =
          IntStream.range(0, plan.config().parallel().rounds())
              .mapToLong(round -> work.batches(round, 0, replicas))
              .sum();
      TrainingMetrics.trained(plan, trained.tally(), batches, nanos);
      long averagedAt = System.currentTimeMillis();
      float[] parameters = trained.model().parameters();
      int threads = ReplicaThreads.processors(perProcess);
      Validation validation = work.validate(parameters, 0, work.validationChunks(), threads);
      return new TrainEpoch.Result(trained.model(), trained.tally(), validation, averagedAt);
    }

    private static void write(EpochPlan plan, TrainEpoch.Result result) throws IOException {
      int rounds = plan.config().parallel().rounds();
      String state = plan.roundState(rounds - 1);
      Worker.write(plan, state, result.model());
      Reports.Rounds last =
          new Reports.Rounds(rounds, state, result.training(), result.averagedAt());
      TrainEpoch.result(plan).write(List.of(new Reports.Validated(last, 0, result.validation())));
    }
  }
}
