package org.epochflow.pipeline.train;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.train.ReplicaResult;
import org.epochflow.model.train.Round;

/**
 * Trains the replicas of one round, in parallel, each on its own share of the data. An element is a
 * replica's number with the round that it continues. A grouping by chosen keys spreads them over
 * the workers. The reports have one key, so that they arrive at one place.
 *
 * <p>A model travels as a file, whose name follows from its content, so that a repeated attempt
 * writes the same bytes to the same place.
 */
final class TrainReplicas
    extends PTransform<
        PCollection<KV<Integer, Reports.Assignment>>, PCollection<KV<Integer, Reports.Replica>>> {
  private static final long serialVersionUID = 1L;

  private final EpochPlan plan;

  TrainReplicas(EpochPlan plan) {
    this.plan = plan;
  }

  @Override
  public PCollection<KV<Integer, Reports.Replica>> expand(
      PCollection<KV<Integer, Reports.Assignment>> replicas) {
    return replicas
        .apply("Spread", GroupByKey.create())
        .apply("TrainReplica", ParDo.of(new TrainFn(plan)))
        .setCoder(Reports.KEYED_REPLICA);
  }

  private static final class TrainFn
      extends DoFn<KV<Integer, Iterable<Reports.Assignment>>, KV<Integer, Reports.Replica>> {
    private static final long serialVersionUID = 1L;
    private final EpochPlan.Packed packed;

    TrainFn(EpochPlan plan) {
      packed = new EpochPlan.Packed(plan);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Reports.Assignment>> element,
        OutputReceiver<KV<Integer, Reports.Replica>> out)
        throws IOException {
      EpochPlan plan = packed.unpacked();
      Reports.Assignment assignment = element.getValue().iterator().next();
      int replica = assignment.number();
      Reports.Round from = assignment.from();
      long begun = System.nanoTime();
      Round round = new Round(plan.epoch(), from.rounds(), replica);
      EpochWork work = Worker.work(plan);
      ReplicaProgress progress =
          new ReplicaProgress(plan, from.rounds(), replica, work.examples(round));
      ReplicaResult result =
          work.train(round, Worker.read(plan, from.state()), plan.threadsHere(), progress);
      String path = plan.replicaState(from.rounds(), replica);
      Worker.write(plan, path, result.model());
      TrainingMetrics.trained(plan, result.tally(), System.nanoTime() - begun);
      out.output(KV.of(0, new Reports.Replica(from, replica, path, result.tally())));
    }
  }
}
