package org.epochflow.pipeline.train;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.Summand;
import org.epochflow.pipeline.execute.Groups;

/**
 * Trains groups of replicas for one round, in parallel. An element is a group with the rounds that
 * it continues. A grouping by chosen keys spreads them over the workers. The reports have one key,
 * so that they arrive at one place.
 *
 * <p>Models travel as files, whose names follow from their content, so that a repeated attempt
 * writes the same bytes to the same place.
 */
final class TrainReplicas
    extends PTransform<
        PCollection<KV<Integer, Reports.Assignment>>, PCollection<KV<Integer, Reports.Trained>>> {
  private static final long serialVersionUID = 1L;
  private final TrainFn train;

  TrainReplicas(EpochPlan plan, Groups groups) {
    train = new TrainFn(plan, groups.perProcess());
  }

  @Override
  public PCollection<KV<Integer, Reports.Trained>> expand(
      PCollection<KV<Integer, Reports.Assignment>> groups) {
    return groups
        .apply("Spread", GroupByKey.create())
        .apply("TrainReplica", ParDo.of(train))
        .setCoder(Reports.KEYED_TRAINED);
  }

  private static final class TrainFn
      extends DoFn<KV<Integer, Iterable<Reports.Assignment>>, KV<Integer, Reports.Trained>> {
    private static final long serialVersionUID = 1L;
    private final EpochPlan.Packed packed;
    private final int perProcess;

    TrainFn(EpochPlan plan, int perProcess) {
      packed = new EpochPlan.Packed(plan);
      this.perProcess = perProcess;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Reports.Assignment>> element,
        OutputReceiver<KV<Integer, Reports.Trained>> out)
        throws IOException {
      EpochPlan plan = packed.unpacked();
      Reports.Assignment group = element.getValue().iterator().next();
      Reports.Rounds before = group.before();
      int round = before.count();
      EpochWork work = Worker.work(plan);
      long begun = System.nanoTime();
      Lanes lanes = plan.threads().lanes(plan.config(), group.to() - group.from(), perProcess);
      List<Summand> sums =
          work.train(
              round,
              group.from(),
              group.to(),
              Worker.read(plan, before.state()),
              lanes,
              new ReplicaProgress(plan, round, group.from()));
      String path = plan.sums(round, group.from(), group.to());
      Worker.writeSums(path, sums);
      Tally tally = sums.stream().map(Summand::tally).reduce(Tally.NONE, Tally::plus);
      long batches = work.batches(round, group.from(), group.to());
      TrainingMetrics.trained(plan, tally, batches, System.nanoTime() - begun);
      out.output(KV.of(0, new Reports.Trained(before, group.from(), path, sums.size())));
    }
  }
}
