package org.epochflow.model.train;

import java.util.List;
import java.util.PrimitiveIterator;
import java.util.function.Consumer;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Kernels.AdamStep;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Batch;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.nn.Network;
import org.epochflow.model.optim.Adam;
import org.epochflow.model.optim.Sgd;
import org.epochflow.model.parallel.Team;
import org.epochflow.model.random.Bijection;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/**
 * A data-parallel worker: a copy of the network that takes minibatch steps on its own examples for
 * one round. A function of its arguments alone: how many threads share its steps changes no bit.
 */
public final class Replica {
  private static final float[] NO_MOMENTS = {};

  /** Multiply-adds of a step that are worth a thread: some ten microseconds' work. */
  private static final long WORTH_A_THREAD = 400_000;

  private final TrainingConfig config;
  private final Round round;
  private final int threads;
  private final boolean localAdam;
  private final float[] w;
  private final float[] m;
  private final float[] v;
  private final float[] gradient;
  private final Batch batch;
  private final Team.Work descending = this::descend;
  private List<Kernels> kernels = List.of();
  private double rate;
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
    localAdam = config.parallel().strategy() == Strategy.LOCAL_ADAM;
    w = start.parameters().clone();
    m = localAdam ? start.m().clone() : NO_MOMENTS;
    v = localAdam ? start.v().clone() : NO_MOMENTS;
    step = start.step();
    gradient = new float[w.length];
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
   * @param ofExamples how many they are in all
   * @param progress is told, after each step, what the examples so far came to
   */
  public ReplicaResult train(
      Iterable<Examples> windows, long ofExamples, Consumer<Tally> progress) {
    try (Team team = new Team(threads)) {
      kernels = Kernels.named(config.kernels(), team);
      Network network = new Network(config.architecture(), kernels, team, w);
      int number = 0;
      for (Examples window : windows) {
        long key = round.shuffleKey(config.seed(), number++);
        PrimitiveIterator.OfLong order = new Bijection(key, window.size()).images();
        while (order.hasNext()) {
          batch.add(window, (int) order.nextLong(), config.preprocessing());
          if (batch.isFull() || !order.hasNext()) {
            step(network, team, (double) tally.examples() / ofExamples);
            progress.accept(tally);
          }
        }
      }
    }
    return new ReplicaResult(new ModelState(w, m, v, step), tally);
  }

  /** One step, when a share of the round's examples is done. */
  private void step(Network network, Team team, double share) {
    double progress = round.epoch() + (round.round() + share) / config.parallel().rounds();
    rate = config.learningRate().at(progress, config);
    long dropoutKey = CounterRandom.key(config.seed(), Purpose.DROPOUT, round.epoch());
    if (localAdam) {
      AdamStep adam = Adam.step(m, v, rate, ++step);
      tally = tally.plus(network.step(batch, dropoutKey, gradient, adam));
    } else {
      tally = tally.plus(network.gradient(batch, dropoutKey, gradient));
      team.run(descending);
    }
    batch.clear();
  }

  private void descend(int member) {
    Sgd.step(kernels.get(member), w, gradient, rate);
  }
}
