package org.epochflow.model.parallel;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Threads that work together on one piece of work after another: the thread that made the team, and
 * helpers that live until it is closed. A waiting thread spins before it sleeps, because a piece
 * takes less than a tenth of a millisecond. Only the thread that made a team may use it.
 */
public final class Team implements AutoCloseable {
  private static final int LOOKS = 2000;
  private static final int YIELDS = 50;
  private static final long REST_NANOS = 50_000;

  private final int size;
  private final List<Thread> helpers;
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile int phase;
  private volatile boolean closed;
  private Work work = member -> {};

  /** What each member does, from 0 for the thread that made the team. */
  @FunctionalInterface
  public interface Work {
    void run(int member);
  }

  /**
   * @param size how many threads there are, with the one that makes the team
   */
  public Team(int size) {
    if (size < 1) {
      throw new IllegalArgumentException("Expected a team of 1 or more, found " + size);
    }
    this.size = size;
    helpers = IntStream.range(1, size).mapToObj(this::helper).toList();
    helpers.forEach(Thread::start);
  }

  private Thread helper(int member) {
    Thread thread = new Thread(() -> help(member), "epochflow-team-" + member);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((self, thrown) -> failure.compareAndSet(null, thrown));
    return thread;
  }

  private void help(int member) {
    while (true) {
      await();
      if (closed) {
        return;
      }
      work.run(member);
      await();
    }
  }

  public int size() {
    return size;
  }

  /** A member's share of the work. */
  public Share share(int member) {
    return new Share(member, size);
  }

  /**
   * Has each member do a piece of work, and returns when all are done. If one fails, so does this
   * method, and then the team can only be closed.
   */
  public void run(Work piece) {
    boolean done = false;
    try {
      work = piece;
      await();
      piece.run(0);
      await();
      done = true;
    } finally {
      if (!done) {
        failure.compareAndSet(null, new CancellationException());
      }
    }
  }

  /**
   * Returns when every member has called it, within a piece of work. What one member wrote before
   * the call, the others see after it.
   *
   * @throws IllegalStateException if another member failed
   */
  public void await() {
    if (size == 1) {
      return;
    }
    int now = phase;
    if (arrived.incrementAndGet() == size) {
      arrived.set(0);
      phase = now + 1;
      return;
    }
    for (int looks = 0; phase == now; looks++) {
      Throwable thrown = failure.get();
      if (thrown != null) {
        throw new IllegalStateException("A thread of the team failed", thrown);
      }
      pause(looks);
    }
  }

  @SuppressWarnings(
      "ThreadPriorityCheck") // a yield is speed alone: the park after it ends any wait
  private static void pause(int looks) {
    if (looks < LOOKS) {
      Thread.onSpinWait();
    } else if (looks < LOOKS + YIELDS) {
      Thread.yield();
    } else {
      LockSupport.parkNanos(REST_NANOS);
    }
  }

  /** Ends the helpers, and returns when they have ended. */
  @Override
  public void close() {
    closed = true;
    if (failure.get() == null) {
      await();
    }
    boolean interrupted = false;
    for (Thread helper : helpers) {
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
