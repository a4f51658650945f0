package org.epochflow.runners.direct;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The first error outside user code that the DirectRunner logs. It does not tell its caller: after
 * such an error the pipeline just does nothing more.
 */
final class WorkerErrors extends Handler implements AutoCloseable {
  private static final Logger LOG =
      Logger.getLogger("org.apache.beam.runners.direct.DirectTransformExecutor");

  private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

  private WorkerErrors() {}

  /** Listens until it is closed. */
  static WorkerErrors listen() {
    WorkerErrors errors = new WorkerErrors();
    LOG.addHandler(errors);
    return errors;
  }

  Optional<Throwable> first() {
    return Optional.ofNullable(first.get());
  }

  @Override
  public void publish(LogRecord logged) {
    @Nullable Throwable thrown = logged.getThrown();
    if (thrown != null) {
      first.compareAndSet(null, thrown);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    LOG.removeHandler(this);
  }
}
