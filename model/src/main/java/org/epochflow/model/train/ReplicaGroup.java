package org.epochflow.model.train;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.nn.Examples;
import org.epochflow.model.parallel.FirstFailure;
import org.epochflow.model.parallel.Team;
import org.jspecify.annotations.Nullable;

/**
 * Replicas that one process trains, round after round, and averages in its memory. As many train at
 * once as there are lanes, each on threads of its own; the next free lane takes the next replica.
 * Memory is needed for the models of the replicas that train at once, and for a few sums, whatever
 * the number of replicas. For one thread, which makes it, uses it and closes it.
 *
 * <pre>{@code
 * List<Examples> windows = List.of(new Examples(pixels, new byte[] {7}, new long[] {0}));
 * ModelState model = state.model();
 * try (ReplicaGroup group = new ReplicaGroup(config, 0, 16, new Lanes(4, 1))) {
 *   for (int round = 0; round < config.parallel().rounds(); round++) {
 *     Averaging averaging =
 *         group.train(
 *             state.epoch(),
 *             round,
 *             model,
 *             its -> new ReplicaGroup.Share(windows, 1),
 *             replica -> tally -> {});
 *     model = averaging.model(group.team());
 *   }
 * }
 * }</pre>
 */
public final class ReplicaGroup implements AutoCloseable {
  private final TrainingConfig config;
  private final int from;
  private final int to;
  private final Lanes lanes;
  private final Team team;
  private final @Nullable Replica[] replicas;
  private final FirstFailure failure = new FirstFailure();

  /** Gives replicas their shares of the data. */
  @FunctionalInterface
  public interface Shares {
    Share of(Round round);
  }

  /**
   * What a replica trains on in a round.
   *
   * @param windows the examples; each window but the last has a multiple of the batch size
   * @param examples the number of examples in all windows
   */
  public record Share(Iterable<Examples> windows, long examples) {}

  /**
   * Makes the group; the replicas' numbers are {@code from} to {@code to}, exclusive.
   *
   * @param lanes change speed alone
   */
  public ReplicaGroup(TrainingConfig config, int from, int to, Lanes lanes) {
    this.config = config;
    this.from = from;
    this.to = to;
    this.lanes = lanes;
    team = new Team(lanes.count());
    replicas = new Replica[lanes.count()];
  }

  /** The threads of the lanes, which are free between two rounds. */
  public Team team() {
    return team;
  }

  /**
   * Trains each replica for one round.
   *
   * @param start the model that the round begins from
   * @param progress gives each replica what receives its results so far, after each step
   * @return the results; they are valid until the next round
   * @throws CancellationException if this thread is interrupted
   */
  public Averaging train(
      int epoch,
      int round,
      ModelState start,
      Shares shares,
      IntFunction<Consumer<Tally>> progress) {
    Thread caller = Thread.currentThread();
    Averaging averaging = new Averaging(config, start);
    AtomicInteger next = new AtomicInteger(from);
    inLanes(
        lane -> {
          for (int number = next.getAndIncrement(); number < to; number = next.getAndIncrement()) {
            Round its = new Round(epoch, round, number);
            Share share = shares.of(its);
            ReplicaResult result =
                replica(lane)
                    .train(
                        its,
                        start,
                        share.windows(),
                        share.examples(),
                        progress.apply(number).andThen(tally -> requireRunning(caller)));
            if (next.get() < to) {
              averaging.addCopy(result);
            } else {
              averaging.add(result);
            }
          }
        });
    return averaging;
  }

  private Replica replica(int lane) {
    Replica made = replicas[lane];
    if (made == null) {
      made = new Replica(config, lanes.threads());
      replicas[lane] = made;
    }
    return made;
  }

  private void requireRunning(Thread caller) {
    if (failure.isThere() || caller.isInterrupted()) {
      throw new CancellationException("Interrupted while replicas trained");
    }
  }

  /** Runs work in every lane. If it fails in one, the others end soon, and so does this. */
  private void inLanes(Team.Work work) {
    team.run(lane -> failure.guard(() -> work.run(lane)));
    failure.rethrow();
  }

  /** Ends all threads. */
  @Override
  public void close() {
    IntStream.range(0, replicas.length).forEach(this::close);
    team.close();
  }

  private void close(int lane) {
    Replica made = replicas[lane];
    if (made != null) {
      made.close();
    }
  }
}
