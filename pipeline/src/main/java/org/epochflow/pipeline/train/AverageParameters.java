package org.epochflow.pipeline.train;

import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.train.Averaging;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Summand;
import org.epochflow.pipeline.execute.Groups;

/**
 * Averages the groups of one round, gathered at one place. Their sums are nodes of one tree over
 * the replicas' numbers, so that neither the groups nor the order of arrival nor the runner changes
 * a bit. The result goes to each group with its next piece of work.
 */
final class AverageParameters
    extends PTransform<
        PCollection<KV<Integer, Reports.Trained>>, PCollection<KV<Integer, Reports.Assignment>>> {
  private static final long serialVersionUID = 1L;
  private final AverageFn average;

  /**
   * @param places the keys of the groups
   * @param pieces how many replicas of the next round there are, or chunks of validation
   */
  AverageParameters(EpochPlan plan, Groups groups, List<Integer> places, int pieces) {
    average = new AverageFn(plan, groups.perProcess(), List.copyOf(places), pieces);
  }

  @Override
  public PCollection<KV<Integer, Reports.Assignment>> expand(
      PCollection<KV<Integer, Reports.Trained>> reports) {
    return reports
        .apply("Gather", GroupByKey.create())
        .apply("Average", ParDo.of(average))
        .setCoder(Reports.KEYED_ASSIGNMENT);
  }

  private static final class AverageFn
      extends DoFn<KV<Integer, Iterable<Reports.Trained>>, KV<Integer, Reports.Assignment>> {
    private static final long serialVersionUID = 1L;
    private final EpochPlan.Packed packed;
    private final int perProcess;
    private final List<Integer> places;
    private final int pieces;

    AverageFn(EpochPlan plan, int perProcess, List<Integer> places, int pieces) {
      packed = new EpochPlan.Packed(plan);
      this.perProcess = perProcess;
      this.places = places;
      this.pieces = pieces;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Reports.Trained>> element,
        OutputReceiver<KV<Integer, Reports.Assignment>> out)
        throws IOException {
      SortedMap<Integer, Reports.Trained> reports = new TreeMap<>();
      element.getValue().forEach(report -> reports.put(report.from(), report));
      Reports.Rounds rounds = average(packed.unpacked(), reports);
      Groups groups = new Groups(places.size(), perProcess);
      for (int group = 0; group < places.size(); group++) {
        int from = groups.from(group, pieces);
        int to = groups.to(group, pieces);
        if (from < to) {
          out.output(KV.of(places.get(group), new Reports.Assignment(from, to, rounds)));
        }
      }
    }

    private Reports.Rounds average(EpochPlan plan, SortedMap<Integer, Reports.Trained> reports)
        throws IOException {
      Reports.Rounds before = reports.values().iterator().next().before();
      Averaging averaging = new Averaging(plan.config(), Worker.read(plan, before.state()));
      for (Reports.Trained report : reports.values()) {
        for (Summand sum : Worker.readSums(report.sums(), report.nodes())) {
          averaging.add(sum);
        }
      }
      Tally training = before.training().plus(averaging.tally());
      ModelState model;
      try (Team team = new Team(ReplicaThreads.processors(perProcess))) {
        model = averaging.model(team);
      }
      String path = plan.roundState(before.count());
      Worker.write(plan, path, model);
      Worker.forget(plan, List.of(before.state()));
      return new Reports.Rounds(before.count() + 1, path, training, System.currentTimeMillis());
    }
  }
}
