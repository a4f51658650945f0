package org.epochflow.pipeline.train;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.epochflow.model.metric.Tally;
import org.jspecify.annotations.Nullable;

/**
 * The progress of the replicas that a worker's thread trains, which other threads can read after
 * each of their steps. Beam reports metrics of finished elements alone: a runner receives them
 * after a whole round, or epoch.
 */
public final class LiveMetrics {
  private static final double NANOS = 1e9;
  private static final ThreadLocal<LiveMetrics> HERE = ThreadLocal.withInitial(LiveMetrics::new);

  /** The round that is trained, or was trained last. */
  private volatile Turn turn = new Turn(0, 0, List.of(), 1, 0, 0);

  private LiveMetrics() {}

  /** The metrics of the calling thread. */
  public static LiveMetrics here() {
    return HERE.get();
  }

  /**
   * Begins a round of some replicas.
   *
   * @param epoch from 0
   * @param round from 0
   * @param shares each replica's number of examples
   */
  Turn begin(int epoch, int round, List<Long> shares, int batchSize) {
    turn = new Turn(epoch + 1, round + 1, shares, batchSize, examples(), batches());
    return turn;
  }

  /** How many examples the thread's replicas have trained on. */
  public long examples() {
    return turn.examplesBefore + turn.examples();
  }

  /** How many steps they have taken. */
  public long batches() {
    return turn.batchesBefore + turn.batches();
  }

  /** The epoch they are in, from 1; 0 before the first. */
  public int epoch() {
    return turn.epoch;
  }

  /** The round of the epoch that they are in, from 1; 0 before the first. */
  public int round() {
    return turn.round;
  }

  /** How many replicas the thread trains. */
  public int replicas() {
    return turn.replicas;
  }

  /** How fast they are together in this round. */
  public double examplesPerSecond() {
    return turn.examplesPerSecond();
  }

  /** The mean loss of the round's examples so far; NaN before the first. */
  public double loss() {
    Turn now = turn;
    Tally sum = Tally.NONE;
    for (int replica = 0; replica < now.replicas; replica++) {
      sum = sum.plus(now.tally(replica));
    }
    return sum.loss();
  }

  /** A round of the replicas. */
  static final class Turn {
    private static final long EVERY_NANOS = 500_000_000;

    /** Keeps the tallies of two replicas apart in memory: there are millions of steps a second. */
    private static final int STRIDE = 32;

    private final int epoch;
    private final int round;
    private final int replicas;
    private final AtomicReferenceArray<@Nullable Tally> tallies;
    private final int batchSize;
    private final long of;
    private final long examplesBefore;
    private final long batchesBefore;
    private final long begun = System.nanoTime();
    private final AtomicLong told = new AtomicLong(begun);
    private volatile long ended;

    private Turn(
        int epoch,
        int round,
        List<Long> shares,
        int batchSize,
        long examplesBefore,
        long batchesBefore) {
      this.epoch = epoch;
      this.round = round;
      replicas = shares.size();
      tallies = new AtomicReferenceArray<>((1 + replicas) * STRIDE);
      this.batchSize = batchSize;
      of = shares.stream().mapToLong(Long::longValue).sum();
      this.examplesBefore = examplesBefore;
      this.batchesBefore = batchesBefore;
    }

    /**
     * What receives the results so far of a replica after each of its steps.
     *
     * @param number of the replica, from 0 in these
     * @param listener is told the number of examples that all have done, twice a second at most
     */
    Consumer<Tally> replica(int number, LongConsumer listener) {
      return tally -> {
        tallies.setRelease((1 + number) * STRIDE, tally);
        long now = System.nanoTime();
        long last = told.get();
        if (now - last >= EVERY_NANOS && told.compareAndSet(last, now)) {
          listener.accept(examples());
        }
      };
    }

    /** Is called when all replicas are done. */
    void end() {
      ended = System.nanoTime();
    }

    private Tally tally(int replica) {
      @Nullable Tally tally = tallies.getAcquire((1 + replica) * STRIDE);
      return tally == null ? Tally.NONE : tally;
    }

    private long examples() {
      long sum = 0;
      for (int replica = 0; replica < replicas; replica++) {
        sum += tally(replica).examples();
      }
      return sum;
    }

    private long batches() {
      long sum = 0;
      for (int replica = 0; replica < replicas; replica++) {
        sum -= Math.floorDiv(-tally(replica).examples(), batchSize);
      }
      return sum;
    }

    private double examplesPerSecond() {
      long done = examples();
      long nanos = (done == of && ended != 0 ? ended : System.nanoTime()) - begun;
      return done * NANOS / Math.max(1, nanos);
    }
  }
}
