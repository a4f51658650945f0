package org.epochflow.model.train;

import java.util.List;
import java.util.PrimitiveIterator;
import java.util.function.Consumer;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Stepper;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.random.Bijection;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;
import org.jspecify.annotations.Nullable;

/**
 * A data-parallel worker: a copy of the network that takes minibatch steps on its own examples,
 * round after round. The result of a round is a function of the round, the model it begins from and
 * the examples; the number of threads that share a step changes no bit. For one thread at a time.
 */
public final class Replica implements AutoCloseable {
  /** Multiply-adds of a step that are worth a thread: some ten microseconds' work. */
  private static final long WORTH_A_THREAD = 400_000;

  private final TrainingConfig config;
  private final Team team;
  private final Network network;
  private final ModelState state;
  private final float[] gradient;
  private final Batch batch;

  /** Where the optimiser needs whole gradients. */
  private final @Nullable Stepper stepper;

  /**
   * @param threads how many may share a step; fewer do where steps are small
   */
  public Replica(TrainingConfig config, int threads) {
    this.config = config;
    int parameters = config.architecture().parameterCount();
    state = ModelState.startingFrom(new float[parameters], config.optimizer().slots().size());
    gradient = new float[parameters];
    batch = new Batch(config.batchSize(), config.architecture().input().size());
    team = new Team(threads(config, config.batchSize(), threads));
    List<Kernels> kernels = Kernels.named(config.kernels(), team);
    network = new Network(config.architecture(), config.loss(), kernels, team, state.parameters());
    List<Variable> trained = config.architecture().trained();
    stepper =
        Stepper.isNeeded(config.optimizer(), trained)
            ? new Stepper(
                config.optimizer(),
                new Stepper.Parameters(trained, state.parameters(), gradient, state.slots()),
                kernels,
                team)
            : null;
  }

  /** How many threads are worth sharing a batch, at most {@code most}. */
  public static int threads(TrainingConfig config, int batch, int most) {
    long worth = batch * config.architecture().multiplications() / WORTH_A_THREAD;
    return (int) Math.max(1, Math.min(worth, Kernels.threads(config.kernels(), most)));
  }

  /**
   * Trains on every example of a round's share once: window by window, each shuffled whole.
   *
   * @param start the averaged model the round begins from; it is copied
   * @param windows the examples; each but the last has a multiple of the batch size
   * @param ofExamples the number of examples in all windows
   * @param progress receives, after each step, the results of the examples so far
   * @return the result, in arrays of this replica, which the next round changes
   */
  public ReplicaResult train(
      Round round,
      ModelState start,
      Iterable<Examples> windows,
      long ofExamples,
      Consumer<Tally> progress) {
    start.copyTo(state);
    batch.clear();
    Steps steps = new Steps(round, start.step());
    int number = 0;
    for (Examples window : windows) {
      long key = round.shuffleKey(config.seed(), number++);
      PrimitiveIterator.OfLong order = new Bijection(key, window.size()).images();
      while (order.hasNext()) {
        batch.add(window, (int) order.nextLong(), config.preprocessing());
        if (batch.isFull() || !order.hasNext()) {
          steps.take((double) steps.tally.examples() / ofExamples);
          progress.accept(steps.tally);
        }
      }
    }
    return new ReplicaResult(
        round.replica(),
        new ModelState(state.parameters(), state.slots(), steps.step),
        steps.tally);
  }

  /** The steps of a round. */
  private final class Steps {
    private final Round round;
    private final Optimizer optimizer = config.optimizer();
    private final long dropoutKey;
    private long step;
    private Tally tally = Tally.NONE;

    Steps(Round round, long step) {
      this.round = round;
      this.step = step;
      dropoutKey = CounterRandom.key(config.seed(), Purpose.DROPOUT, round.epoch());
    }

    /** Takes one, on the batch, when a share of the round's examples is done. */
    void take(double share) {
      double progress = round.epoch() + (round.round() + share) / config.parallel().rounds();
      double rate = config.learningRate().at(progress, config);
      step++;
      if (stepper == null) {
        Update update = optimizer.update(state.slots(), rate, step);
        tally = tally.plus(network.step(batch, dropoutKey, gradient, update));
      } else {
        tally = tally.plus(network.gradient(batch, dropoutKey, gradient));
        stepper.step(rate, step);
      }
      batch.clear();
    }
  }

  /** Ends its threads. */
  @Override
  public void close() {
    team.close();
  }
}
