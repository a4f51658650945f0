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
import org.epochflow.model.metric.Tally;
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
  public void requireAll(Tally training, Tally validation) {
    if (training.examples() != data.trainExamples()
        || validation.examples() != data.validationExamples()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Expected %d training and %d validation examples in an epoch, found %d and %d",
              data.trainExamples(),
              data.validationExamples(),
              training.examples(),
              validation.examples()));
    }
  }

  /**
   * Evaluates a model on some chunks of the validation examples.
   *
   * @param from the number of the first
   * @param to the end, exclusive
   * @param threads how many may share the work
   */
  public Tally validate(float[] parameters, int from, int to, int threads) {
    int lanes = Math.max(1, Math.min(threads, to - from));
    AtomicInteger next = new AtomicInteger(from);
    Tally[] tallies = new Tally[to - from];
    FirstFailure failure = new FirstFailure();
    try (Team team = new Team(lanes)) {
      team.run(
          lane ->
              failure.guard(
                  () -> {
                    for (int c = next.getAndIncrement(); c < to; c = next.getAndIncrement()) {
                      tallies[c - from] = validate(parameters, c, threads / lanes);
                    }
                  }));
    }
    failure.rethrow();
    return Arrays.stream(tallies).reduce(Tally.NONE, Tally::plus);
  }

  private Tally validate(float[] parameters, int chunk, int threads) {
    try (Team team = new Team(Replica.threads(config, VALIDATION_BATCH, threads))) {
      List<Kernels> kernels = Kernels.named(config.kernels(), team);
      return validate(new Network(config.architecture(), kernels, team, parameters), chunk);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Tally validate(Network network, int chunk) throws IOException {
    int capacity = config.architecture().atOnce(VALIDATION_BATCH);
    Batch batch = new Batch(capacity, config.architecture().input().size());
    Tally tally = Tally.NONE;
    long blocks = data.blocks();
    int to = (int) (blocks * (chunk + 1) / validationChunks());
    for (int block = (int) (blocks * chunk / validationChunks()); block < to; block++) {
      Examples examples = data.validation(block);
      for (int i = 0; i < examples.size(); i++) {
        batch.add(examples, i, config.preprocessing());
        if (batch.isFull()) {
          tally = tally.plus(network.evaluate(batch));
          batch.clear();
        }
      }
    }
    return batch.size() == 0 ? tally : tally.plus(network.evaluate(batch));
  }
}
