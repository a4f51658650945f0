package org.epochflow.model.parallel;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The first failure of several threads' work, kept until all have ended. */
public final class FirstFailure {
  private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

  /** Runs a piece of work, and keeps its failure. */
  public void guard(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      first.compareAndSet(null, e);
    }
  }

  /** Whether there is one, so that others may as well end. */
  public boolean isThere() {
    return first.get() != null;
  }

  /** Throws it, if there is one. */
  public void rethrow() {
    Throwable thrown = first.get();
    if (thrown instanceof Error error) {
      throw error;
    } else if (thrown != null) {
      throw (RuntimeException) thrown;
    }
  }
}
