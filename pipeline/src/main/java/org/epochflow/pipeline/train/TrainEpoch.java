package org.epochflow.pipeline.train;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.metric.Validation;
import org.epochflow.model.train.ModelState;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Groups;
import org.epochflow.pipeline.execute.Keys;
import org.epochflow.pipeline.store.Outcome;

/**
 * An epoch. One group of replicas is one element, which takes all its rounds in one process: {@link
 * TrainTogether}. Of several groups each is an element of every round: {@link TrainReplicas}, then
 * {@link AverageParameters}; and {@link Validate} follows on the last round's model. Only paths and
 * counts travel; the driver writes the first model and reads the last.
 *
 * <pre>{@code
 * TrainEpoch.begin(plan, state.model());
 * pipeline.apply("Epoch", new TrainEpoch(plan, Keys.NUMBERS, Groups.ONE));
 * pipeline.run().waitUntilFinish();
 * TrainEpoch.Result result = TrainEpoch.read(plan);
 * TrainEpoch.end(plan);
 * }</pre>
 */
public final class TrainEpoch extends PTransform<PBegin, PCollection<String>> {
  private static final long serialVersionUID = 1L;
  private final EpochPlan plan;
  private final transient Keys keys;
  private final transient Groups groups;

  /**
   * @param keys place the groups
   * @param groups change speed alone
   */
  public TrainEpoch(EpochPlan plan, Keys keys, Groups groups) {
    this.plan = plan;
    this.keys = keys;
    this.groups = groups;
  }

  /** How many training examples the workers have done, while it runs. */
  public static long examplesDone(EpochPlan plan) {
    return ReplicaProgress.sum(plan);
  }

  /** Hands over the model that the epoch starts from; call it before the pipeline runs. */
  public static void begin(EpochPlan plan, ModelState start) throws IOException {
    if (plan.inProcess()) {
      Handover.open(plan, start);
    } else {
      Worker.write(plan, plan.startState(), start);
    }
  }

  /**
   * Is completed with the epoch's work, before its pipeline is done; nobody tells of it where
   * workers are other processes.
   */
  public static CompletableFuture<?> work(EpochPlan plan) {
    return plan.inProcess() ? Handover.of(plan).result() : Execution.Watch.UNTOLD;
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    int replicas = plan.config().parallel().replicas();
    int rounds = plan.config().parallel().rounds();
    if (groups.count() == 1) {
      return begin.apply("TrainReplicas", new TrainTogether(plan, groups));
    }
    List<Integer> places = keys.of(groups.count());
    PCollection<KV<Integer, Reports.Assignment>> assignments =
        begin.apply("Groups", assignments(places, replicas));
    for (int round = 0; round < rounds; round++) {
      int pieces = round + 1 < rounds ? replicas : Worker.work(plan).validationChunks();
      assignments =
          assignments
              .apply("TrainReplicas" + round, new TrainReplicas(plan, groups))
              .apply(
                  "AverageParameters" + round, new AverageParameters(plan, groups, places, pieces));
    }
    return assignments
        .apply("Validate", new Validate(plan, groups))
        .apply("WriteResult", result(plan).writeKeyed());
  }

  private Create.Values<KV<Integer, Reports.Assignment>> assignments(
      List<Integer> places, int replicas) {
    Reports.Rounds nothing = new Reports.Rounds(0, plan.startState(), Tally.NONE, 0);
    return Create.of(
            IntStream.range(0, places.size())
                .mapToObj(
                    group ->
                        KV.of(
                            places.get(group),
                            new Reports.Assignment(
                                groups.from(group, replicas), groups.to(group, replicas), nothing)))
                .toList())
        .withCoder(Reports.KEYED_ASSIGNMENT);
  }

  static Outcome<Reports.Validated> result(EpochPlan plan) {
    return new Outcome<>(plan.result(), Reports.VALIDATED);
  }

  /** Frees what the epoch holds in this process, however it ended. */
  public static void end(EpochPlan plan) {
    Handover.close(plan);
  }

  /**
   * The result of an epoch.
   *
   * @param averagedAt when the last models were averaged, in milliseconds of the worker's clock
   */
  public record Result(ModelState model, Tally training, Validation validation, long averagedAt) {}

  /**
   * The result of the epoch, after its work.
   *
   * @throws IllegalStateException if an example is missing
   */
  public static Result read(EpochPlan plan) throws IOException {
    Result result = plan.inProcess() ? Handover.of(plan).result().join() : readFiles(plan);
    Worker.work(plan).requireAll(result.training(), result.validation());
    return result;
  }

  private static Result readFiles(EpochPlan plan) throws IOException {
    List<Reports.Validated> reports = result(plan).read();
    Set<Integer> chunks = new HashSet<>();
    Validation validation = Validation.NONE;
    for (Reports.Validated report : reports) {
      if (chunks.add(report.from())) {
        validation = validation.plus(report.validation());
      }
    }
    Reports.Rounds last = reports.get(0).last();
    ModelState model = Worker.read(plan, last.state());
    Worker.forget(plan, List.of(last.state()));
    return new Result(model, last.training(), validation, last.averagedAt());
  }
}
