package org.epochflow.pipeline.train;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.Averaging;
import org.epochflow.model.train.ReplicaResult;

/**
 * Averages the replicas of one round. They are gathered at one place and summed in the order of
 * their numbers, so that neither the order of arrival nor the runner changes a bit. The result goes
 * to each of its followers, under the follower's key.
 */
final class AverageParameters
    extends PTransform<
        PCollection<KV<Integer, Reports.Replica>>, PCollection<KV<Integer, Reports.Assignment>>> {
  private static final long serialVersionUID = 1L;
  private final EpochPlan plan;
  private final List<Integer> followers;

  /**
   * @param followers the keys of the next round's replicas, or of the chunks of validation
   */
  AverageParameters(EpochPlan plan, List<Integer> followers) {
    this.plan = plan;
    this.followers = List.copyOf(followers);
  }

  @Override
  public PCollection<KV<Integer, Reports.Assignment>> expand(
      PCollection<KV<Integer, Reports.Replica>> reports) {
    return reports
        .apply("Gather", GroupByKey.create())
        .apply("Average", ParDo.of(new AverageFn(plan, followers)))
        .setCoder(Reports.KEYED_ASSIGNMENT);
  }

  private static final class AverageFn
      extends DoFn<KV<Integer, Iterable<Reports.Replica>>, KV<Integer, Reports.Assignment>> {
    private static final long serialVersionUID = 1L;
    private final EpochPlan.Packed packed;
    private final List<Integer> followers;

    AverageFn(EpochPlan plan, List<Integer> followers) {
      packed = new EpochPlan.Packed(plan);
      this.followers = followers;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Reports.Replica>> element,
        OutputReceiver<KV<Integer, Reports.Assignment>> out)
        throws IOException {
      SortedMap<Integer, Reports.Replica> reports = new TreeMap<>();
      element.getValue().forEach(report -> reports.put(report.replica(), report));
      Reports.Round report = average(packed.unpacked(), reports);
      for (int number = 0; number < followers.size(); number++) {
        out.output(KV.of(followers.get(number), new Reports.Assignment(number, report)));
      }
    }

    private static Reports.Round average(
        EpochPlan plan, SortedMap<Integer, Reports.Replica> reports) throws IOException {
      int replicas = plan.config().parallel().replicas();
      if (reports.size() != replicas) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "Expected reports of %d replicas, found %s",
                replicas,
                reports.keySet()));
      }
      Reports.Round from = reports.values().iterator().next().from();
      Averaging averaging = new Averaging(plan.config(), Worker.read(plan, from.state()));
      List<String> read = new ArrayList<>(List.of(from.state()));
      for (Reports.Replica report : reports.values()) {
        averaging.add(new ReplicaResult(Worker.read(plan, report.state()), report.tally()));
        read.add(report.state());
      }
      String path = plan.roundState(from.rounds());
      Worker.write(plan, path, averaging.model());
      Worker.forget(plan, read);
      Tally training = from.training().plus(averaging.tally());
      return new Reports.Round(from.rounds() + 1, path, training, System.currentTimeMillis());
    }
  }
}
