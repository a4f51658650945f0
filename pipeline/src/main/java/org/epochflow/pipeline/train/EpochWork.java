package org.epochflow.pipeline.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.metric.Validation;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Network;
import org.epochflow.model.parallel.FirstFailure;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.train.Averaging;
import org.epochflow.model.train.Dealing;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Replica;
import org.epochflow.model.train.ReplicaGroup;
import org.epochflow.model.train.Summand;
import org.epochflow.model.train.TrainingConfig;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of work of an epoch, each a function of its arguments and the data. The workers of a
 * pipeline call it, and so does a plain loop.
 */
public final class EpochWork {
  private static final int VALIDATION_CHUNKS = 16;
  private static final int VALIDATION_BATCH = 256;
  private final TrainingConfig config;
  private final TrainingData data;
  private final int epoch;
  private final Dealing dealing;

  /**
   * @param epoch from 0
   */
  public EpochWork(TrainingConfig config, TrainingData data, int epoch) {
    this.config = config;
    this.data = data;
    this.epoch = epoch;
    dealing = data.dealing(epoch);
  }

  /** What all rounds of an epoch gave. */
  public record Trained(ModelState model, Tally tally) {}

  /**
   * Trains all replicas for all rounds in this process.
   *
   * @param progress is told from time to time how many examples are done
   */
  public Trained train(ModelState start, Lanes lanes, LongConsumer progress) {
    int replicas = config.parallel().replicas();
    ModelState model = start;
    Tally tally = Tally.NONE;
    try (ReplicaGroup group = new ReplicaGroup(config, 0, replicas, lanes)) {
      for (int round = 0; round < config.parallel().rounds(); round++) {
        long before = tally.examples();
        Averaging averaging =
            train(group, round, 0, replicas, model, done -> progress.accept(before + done));
        model = averaging.model(group.team());
        tally = tally.plus(averaging.tally());
      }
    }
    return new Trained(model, tally);
  }

  /**
   * Trains some replicas for one round.
   *
   * @param from the number of the first
   * @param to the end, exclusive
   * @param progress is told from time to time how many examples are done
   * @return the nodes of the averaging tree that cover them
   */
  List<Summand> train(
      int round, int from, int to, ModelState start, Lanes lanes, LongConsumer progress) {
    try (ReplicaGroup group = new ReplicaGroup(config, from, to, lanes)) {
      return train(group, round, from, to, start, progress).nodes(from, to, group.team());
    }
  }

  private Averaging train(
      ReplicaGroup group, int round, int from, int to, ModelState start, LongConsumer progress) {
    List<Long> shares =
        IntStream.range(from, to).mapToObj(replica -> dealing.size(round, replica)).toList();
    LiveMetrics.Turn turn = LiveMetrics.here().begin(epoch, round, shares, config.batchSize());
    Averaging averaging =
        group.train(
            epoch,
            round,
            start,
            its ->
                new ReplicaGroup.Share(
                    data.windows(dealing.share(round, its.replica())),
                    dealing.size(round, its.replica())),
            replica -> turn.replica(replica - from, progress));
    turn.end();
    return averaging;
  }

  /**
   * How many steps some replicas take in a round.
   *
   * @param from the number of the first replica
   * @param to the end, exclusive
   */
  long batches(int round, int from, int to) {
    return IntStream.range(from, to)
        .mapToLong(replica -> dealing.size(round, replica))
        .map(examples -> -Math.floorDiv(-examples, config.batchSize()))
        .sum();
  }

  /** Into how many chunks validation is cut, to be done in parallel; of the data alone. */
  public int validationChunks() {
    return Math.min(VALIDATION_CHUNKS, data.blocks());
  }

  /**
   * Refuses an epoch in which an example was lost or counted twice.
   *
   * @throws IllegalStateException that names what was expected and what was found
   */
  public void requireAll(Tally training, Validation validation) {
    long validated = validation.tally().examples();
    if (training.examples() != data.trainExamples() || validated != data.validationExamples()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Expected %d training and %d validation examples in an epoch, found %d and %d",
              data.trainExamples(),
              data.validationExamples(),
              training.examples(),
              validated));
    }
  }

  /**
   * Evaluates a model on some chunks of the validation examples.
   *
   * @param from the number of the first
   * @param to the end, exclusive
   * @param threads how many may share the work
   */
  public Validation validate(float[] parameters, int from, int to, int threads) {
    int lanes = Math.max(1, Math.min(threads, to - from));
    AtomicInteger next = new AtomicInteger(from);
    Validation[] parts = new Validation[to - from];
    FirstFailure failure = new FirstFailure();
    try (Team team = new Team(lanes)) {
      team.run(
          lane ->
              failure.guard(
                  () -> {
                    for (int c = next.getAndIncrement(); c < to; c = next.getAndIncrement()) {
                      parts[c - from] = validate(parameters, c, threads / lanes);
                    }
                  }));
    }
    failure.rethrow();
    return Arrays.stream(parts).reduce(Validation.NONE, Validation::plus);
  }

  private Validation validate(float[] parameters, int chunk, int threads) {
    try (Team team = new Team(Replica.threads(config, VALIDATION_BATCH, threads))) {
      List<Kernels> kernels = Kernels.named(config.kernels(), team);
      return validate(
          new Network(config.architecture(), config.loss(), kernels, team, parameters), chunk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Validation validate(Network network, int chunk) throws IOException {
    int capacity = config.architecture().atOnce(VALIDATION_BATCH);
    Batch batch = new Batch(capacity, config.architecture().input().size());
    Results results = new Results(network);
    long blocks = data.blocks();
    int to = (int) (blocks * (chunk + 1) / validationChunks());
    for (int block = (int) (blocks * chunk / validationChunks()); block < to; block++) {
      Examples examples = data.validation(block);
      for (int i = 0; i < examples.size(); i++) {
        batch.add(examples, i, config.preprocessing());
        if (batch.isFull()) {
          results.add(batch);
          batch.clear();
        }
      }
    }
    if (batch.size() > 0) {
      results.add(batch);
    }
    return results.all();
  }

  /** What a network does on batches of validation examples. */
  private final class Results {
    private final Network network;
    private final int classes = config.architecture().classes();
    private final Quality.@Nullable Counts counts =
        config.stopping().needsQuality() ? new Quality.Counts(classes) : null;
    private Tally tally = Tally.NONE;

    Results(Network network) {
      this.network = network;
    }

    void add(Batch batch) {
      tally = tally.plus(network.evaluate(batch));
      for (int i = 0; counts != null && i < batch.size(); i++) {
        float[] probabilities = network.probabilities();
        int from = i * classes;
        int predicted = Network.largest(probabilities, from, classes);
        counts.add(batch.label(i), predicted, probabilities, from);
      }
    }

    Validation all() {
      return new Validation(tally, counts == null ? List.of() : List.of(counts.quality()));
    }
  }
}
