package org.epochflow.pipeline.train;

import java.util.function.Consumer;
import org.epochflow.model.metric.Tally;

/**
 * The progress of a worker's thread, which other threads can read after each of its steps. Beam
 * reports metrics of finished elements alone: a runner receives them after a whole round.
 */
public final class LiveMetrics {
  private static final double NANOS = 1e9;
  private static final ThreadLocal<LiveMetrics> HERE = ThreadLocal.withInitial(LiveMetrics::new);

  /** The replica that trains, or trained last. */
  private volatile Turn turn = new Turn(0, 1, 0, 0, 0);

  private LiveMetrics() {}

  /** The metrics of the calling thread. */
  public static LiveMetrics here() {
    return HERE.get();
  }

  /**
   * Begins a round of a replica in this thread; pass every step's tally to the result.
   *
   * @param epoch from 0
   * @param examples of its share
   */
  Consumer<Tally> replica(int epoch, int batchSize, long examples) {
    turn = new Turn(epoch + 1, batchSize, examples, examples(), batches());
    return turn;
  }

  /** How many examples the thread has trained on. */
  public long examples() {
    return turn.examples();
  }

  /** How many steps it has taken. */
  public long batches() {
    return turn.batches();
  }

  /** The epoch it is in, from 1; 0 before the first. */
  public int epoch() {
    return turn.epoch;
  }

  /** How fast the replica is that it trains, or trained last. */
  public double examplesPerSecond() {
    return turn.examplesPerSecond();
  }

  /** The mean loss of that replica's examples in its round so far; NaN before the first. */
  public double loss() {
    return turn.tally.loss();
  }

  /** A round of a replica. A step costs it one store: there are millions of steps a second. */
  private static final class Turn implements Consumer<Tally> {
    private final int epoch;
    private final int batchSize;
    private final long ofExamples;
    private final long examplesBefore;
    private final long batchesBefore;
    private final long begun = System.nanoTime();
    private volatile Tally tally = Tally.NONE;
    private volatile long ended;

    Turn(int epoch, int batchSize, long ofExamples, long examplesBefore, long batchesBefore) {
      this.epoch = epoch;
      this.batchSize = batchSize;
      this.ofExamples = ofExamples;
      this.examplesBefore = examplesBefore;
      this.batchesBefore = batchesBefore;
    }

    @Override
    public void accept(Tally soFar) {
      if (soFar.examples() == ofExamples) {
        ended = System.nanoTime();
      }
      tally = soFar;
    }

    long examples() {
      return examplesBefore + tally.examples();
    }

    long batches() {
      return batchesBefore - Math.floorDiv(-tally.examples(), batchSize);
    }

    double examplesPerSecond() {
      long done = tally.examples();
      long nanos = (done == ofExamples ? ended : System.nanoTime()) - begun;
      return done * NANOS / Math.max(1, nanos);
    }
  }
}
