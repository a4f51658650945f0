package org.epochflow.pipeline.train;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.ModelState;
import org.epochflow.pipeline.execute.Keys;
import org.epochflow.pipeline.store.Outcome;

/**
 * An epoch: the replicas' numbers, then for each round {@link TrainReplicas} and {@link
 * AverageParameters}, then {@link Validate} on the last round's model. Only paths and counts
 * travel; the driver writes the first model and reads the last.
 *
 * <pre>{@code
 * TrainEpoch.begin(plan, state.model());
 * pipeline.apply("Epoch", new TrainEpoch(plan, Keys.NUMBERS));
 * pipeline.run().waitUntilFinish();
 * TrainEpoch.Result result = TrainEpoch.read(plan);
 * }</pre>
 */
public final class TrainEpoch extends PTransform<PBegin, PCollection<String>> {
  private static final long serialVersionUID = 1L;
  private final EpochPlan plan;
  private final transient Keys keys;

  /**
   * @param keys place the replicas and the chunks of validation
   */
  public TrainEpoch(EpochPlan plan, Keys keys) {
    this.plan = plan;
    this.keys = keys;
  }

  /** How many training examples the workers have done, while it runs. */
  public static long examplesDone(EpochPlan plan) {
    return ReplicaProgress.sum(plan);
  }

  /** Writes the model that the epoch starts from; call it before the pipeline runs. */
  public static void begin(EpochPlan plan, ModelState start) throws IOException {
    Worker.write(plan, plan.startState(), start);
  }

  @Override
  public PCollection<String> expand(PBegin begin) {
    int replicas = plan.config().parallel().replicas();
    int rounds = plan.config().parallel().rounds();
    List<Integer> places = keys.of(replicas);
    PCollection<KV<Integer, Reports.Assignment>> assignments =
        begin.apply("Replicas", assignments(places));
    for (int round = 0; round < rounds; round++) {
      List<Integer> followers =
          round + 1 < rounds ? places : keys.of(Worker.work(plan).validationChunks());
      assignments =
          assignments
              .apply("TrainReplicas" + round, new TrainReplicas(plan))
              .apply("AverageParameters" + round, new AverageParameters(plan, followers));
    }
    return assignments
        .apply("Validate", new Validate(plan))
        .apply("WriteResult", result(plan).writeKeyed());
  }

  private Create.Values<KV<Integer, Reports.Assignment>> assignments(List<Integer> places) {
    Reports.Round nothing = new Reports.Round(0, plan.startState(), Tally.NONE, 0);
    return Create.of(
            IntStream.range(0, places.size())
                .mapToObj(
                    replica -> KV.of(places.get(replica), new Reports.Assignment(replica, nothing)))
                .toList())
        .withCoder(Reports.KEYED_ASSIGNMENT);
  }

  private static Outcome<Reports.Chunk> result(EpochPlan plan) {
    return new Outcome<>(plan.result(), Reports.CHUNK);
  }

  /**
   * The result of the epoch, after its pipeline is done.
   *
   * @param averagedAt when the last models were averaged, in milliseconds of the worker's clock
   */
  public record Result(ModelState model, Tally training, Tally validation, long averagedAt) {}

  /**
   * Reads the result.
   *
   * @throws IllegalStateException if a chunk or an example is missing
   */
  public static Result read(EpochPlan plan) throws IOException {
    List<Reports.Chunk> reports = result(plan).read();
    Set<Integer> chunks = new HashSet<>();
    Tally validation = Tally.NONE;
    for (Reports.Chunk report : reports) {
      validation = chunks.add(report.chunk()) ? validation.plus(report.tally()) : validation;
    }
    Reports.Round last = reports.get(0).last();
    Worker.work(plan).requireAll(last.training(), validation);
    ModelState model = Worker.read(plan, last.state());
    Worker.forget(plan, List.of(last.state()));
    return new Result(model, last.training(), validation, last.averagedAt());
  }
}
