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
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.random.Bijection;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/**
 * A data-parallel worker: a copy of the network that takes minibatch steps on its own examples for
 * one round. A function of its arguments alone: how many threads share its steps changes no bit.
 */
public final class Replica {
  /** Multiply-adds of a step that are worth a thread: some ten microseconds' work. */
  private static final long WORTH_A_THREAD = 400_000;

  private final TrainingConfig config;
  private final Round round;
  private final int threads;
  private final Optimizer optimizer;
  private final ModelState state;
  private final float[] gradient;
  private final Batch batch;
  private long step;
  private Tally tally = Tally.NONE;

  /**
   * @param start the averaged model the round begins from; it is copied
   * @param threads how many may share the work; fewer do where steps are small
   */
  public Replica(TrainingConfig config, Round round, ModelState start, int threads) {
    this.config = config;
    this.round = round;
    this.threads = threads(config, config.batchSize(), threads);
    optimizer = config.optimizer();
    state = start.copy(optimizer.slots().size());
    step = start.step();
    gradient = new float[start.parameters().length];
    batch = new Batch(config.batchSize(), config.architecture().input().size());
  }

  /** How many threads are worth sharing a batch, at most {@code most}. */
  public static int threads(TrainingConfig config, int batch, int most) {
    long worth = batch * config.architecture().multiplications() / WORTH_A_THREAD;
    return (int) Math.max(1, Math.min(worth, Kernels.threads(config.kernels(), most)));
  }

  /**
   * Trains on every example once: window by window, each shuffled whole. Its threads have ended
   * when it returns or fails.
   *
   * @param windows the examples of its share; each but the last has a multiple of the batch size
   * @param ofExamples the number of examples in all windows
   * @param progress receives, after each step, the results of the examples so far
   */
  public ReplicaResult train(
      Iterable<Examples> windows, long ofExamples, Consumer<Tally> progress) {
    try (Team team = new Team(threads)) {
      List<Kernels> kernels = Kernels.named(config.kernels(), team);
      Network network = new Network(config.architecture(), kernels, team, state.parameters());
      int number = 0;
      for (Examples window : windows) {
        long key = round.shuffleKey(config.seed(), number++);
        PrimitiveIterator.OfLong order = new Bijection(key, window.size()).images();
        while (order.hasNext()) {
          batch.add(window, (int) order.nextLong(), config.preprocessing());
          if (batch.isFull() || !order.hasNext()) {
            step(network, (double) tally.examples() / ofExamples);
            progress.accept(tally);
          }
        }
      }
    }
    return new ReplicaResult(new ModelState(state.parameters(), state.slots(), step), tally);
  }

  /** One step, when a share of the round's examples is done. */
  private void step(Network network, double share) {
    double progress = round.epoch() + (round.round() + share) / config.parallel().rounds();
    double rate = config.learningRate().at(progress, config);
    long dropoutKey = CounterRandom.key(config.seed(), Purpose.DROPOUT, round.epoch());
    Update update = optimizer.step(state.slots(), rate, ++step);
    tally = tally.plus(network.step(batch, dropoutKey, gradient, update));
    batch.clear();
  }
}
