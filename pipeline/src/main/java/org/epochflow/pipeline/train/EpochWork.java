package org.epochflow.pipeline.train;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Network;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.train.Dealing;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.Replica;
import org.epochflow.model.train.ReplicaResult;
import org.epochflow.model.train.Round;
import org.epochflow.model.train.TrainingConfig;

/**
 * The two kinds of work of an epoch, each a function of its arguments and the data. The workers of
 * a pipeline call it, and so does a plain loop.
 */
public final class EpochWork {
  private static final int VALIDATION_CHUNKS = 16;
  private static final int VALIDATION_BATCH = 256;
  private final TrainingConfig config;
  private final TrainingData data;

  public EpochWork(TrainingConfig config, TrainingData data) {
    this.config = config;
    this.data = data;
  }

  /**
   * Trains one replica for one round on its share.
   *
   * @param threads the number of threads that share its steps
   * @param progress receives the tally of all examples so far, after each step
   */
  public ReplicaResult train(Round round, ModelState start, int threads, Consumer<Tally> progress) {
    List<Dealing.Part> share = share(round);
    Replica replica = new Replica(config, round, start, threads);
    Consumer<Tally> live =
        LiveMetrics.here().replica(round.epoch(), config.batchSize(), size(share));
    return replica.train(data.windows(share), size(share), live.andThen(progress));
  }

  /** How many examples a replica has in a round. */
  long examples(Round round) {
    return size(share(round));
  }

  private List<Dealing.Part> share(Round round) {
    return data.dealing(round.epoch()).share(round.round(), round.replica());
  }

  private static long size(List<Dealing.Part> share) {
    return share.stream().mapToLong(Dealing.Part::size).sum();
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
   * Evaluates a model on one chunk of the validation examples.
   *
   * @param threads how many may share the work
   */
  public Tally validate(float[] parameters, int chunk, int threads) throws IOException {
    try (Team team = new Team(Replica.threads(config, VALIDATION_BATCH, threads))) {
      List<Kernels> kernels = Kernels.named(config.kernels(), team);
      return validate(new Network(config.architecture(), kernels, team, parameters), chunk);
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
