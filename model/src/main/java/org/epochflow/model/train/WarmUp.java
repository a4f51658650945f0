package org.epochflow.model.train;

import java.io.Closeable;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.epochflow.model.nn.Examples;

/**
 * Trains a copy of a network on noise while something else is waited for, on a thread of its own:
 * until the JVM has compiled the kernels each vector is an object, and a step takes a hundred times
 * as long. Nothing comes of it, and nothing depends on how far it got.
 */
public final class WarmUp implements Closeable {
  private static final int EXAMPLES = 256;

  /** Enough for the compilers; more would slow down the work next to it. */
  private static final int ROUNDS = 50;

  private final TrainingConfig config;
  private final Thread thread = new Thread(this::run, "epochflow-warm-up");
  private volatile boolean closed;

  private WarmUp(TrainingConfig config) {
    this.config = config;
  }

  /** Begins at once. */
  public static WarmUp of(TrainingConfig config) {
    WarmUp warmUp = new WarmUp(config);
    warmUp.thread.setDaemon(true);
    warmUp.thread.start();
    return warmUp;
  }

  private void run() {
    ModelState state = config.startingFrom(config.architecture().initialParameters(0));
    Examples noise = noise();
    for (int round = 0; round < ROUNDS && !closed; round++) {
      Replica replica = new Replica(config, new Round(0, round, 0), state, 1);
      replica.train(List.of(noise), noise.size(), done -> {});
    }
  }

  private Examples noise() {
    Random random = new Random(0);
    byte[] pixels = new byte[EXAMPLES * config.architecture().input().size()];
    random.nextBytes(pixels);
    byte[] labels = new byte[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      labels[i] = (byte) random.nextInt(config.architecture().classes());
    }
    return new Examples(pixels, labels, LongStream.range(0, EXAMPLES).toArray());
  }

  /** Whether it has not ended yet. */
  boolean trains() {
    return thread.isAlive();
  }

  /** Stops it, and returns when it has ended. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
