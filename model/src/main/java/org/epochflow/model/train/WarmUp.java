package org.epochflow.model.train;

import java.io.Closeable;
import java.util.Iterator;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.epochflow.model.nn.Examples;

/**
 * Trains a copy of a network on noise while something else is waited for, on a thread of its own:
 * until the JVM has compiled the kernels each vector is an object, and a step takes a hundred times
 * as long. Nothing comes of it, and nothing depends on how far it got. Its steps are small, so that
 * it ends soon after it is closed; a network of which even one example takes long has none.
 */
public final class WarmUp implements Closeable {
  /** Enough for the compilers; more would slow down the work next to it. */
  private static final int EXAMPLES = 12_800;

  /** Multiplications of a step that take about a tenth of a second before they are compiled. */
  private static final long OF_A_STEP = 1_000_000;

  private static final long OF_AN_EXAMPLE = 20 * OF_A_STEP;
  private static final long CLOSING_MILLIS = 200;

  private final TrainingConfig config;
  private final int batch;
  private final Thread thread = new Thread(this::run, "epochflow-warm-up");
  private volatile boolean closed;

  private WarmUp(TrainingConfig config) {
    long multiplications = Math.max(1, config.architecture().multiplications());
    batch = (int) Math.max(1, Math.min(config.batchSize(), OF_A_STEP / multiplications));
    this.config = config.withBatchSize(batch);
  }

  /** Begins at once. */
  public static WarmUp of(TrainingConfig config) {
    WarmUp warmUp = new WarmUp(config);
    warmUp.thread.setDaemon(true);
    warmUp.thread.start();
    return warmUp;
  }

  private void run() {
    if (config.architecture().multiplications() <= OF_AN_EXAMPLE) {
      ModelState state = config.startingFrom(config.architecture().initialParameters(0));
      try (Replica replica = new Replica(config, 1)) {
        replica.train(new Round(0, 0, 0), state, this::untilClosed, EXAMPLES, done -> {});
      }
    }
  }

  /** A batch again and again; it looks whether it is closed before each. */
  private Iterator<Examples> untilClosed() {
    Examples noise = noise();
    return Stream.generate(() -> noise)
        .limit(EXAMPLES / batch)
        .takeWhile(any -> !closed)
        .iterator();
  }

  private Examples noise() {
    Random random = new Random(0);
    byte[] pixels = new byte[batch * config.architecture().input().size()];
    random.nextBytes(pixels);
    byte[] labels = new byte[batch];
    for (int i = 0; i < batch; i++) {
      labels[i] = (byte) random.nextInt(config.architecture().classes());
    }
    return new Examples(pixels, labels, LongStream.range(0, batch).toArray());
  }

  /** Whether it has not ended yet. */
  boolean trains() {
    return thread.isAlive();
  }

  /** Stops it, and returns when it has ended, or soon if a step takes longer. */
  @Override
  public void close() {
    closed = true;
    try {
      thread.join(CLOSING_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
