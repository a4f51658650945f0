package org.epochflow.pipeline.store;

import java.io.IOException;
import java.time.Clock;

/**
 * The right to write to a folder, which one process at a time has.
 *
 * <p>On a local disk it is a lock of the operating system, which ends with its process, however
 * that ends. Elsewhere it is a file that names its holder and is renewed until it is closed; who
 * stops renewing it loses it. See {@link StoredLease} for what that can promise.
 */
public interface Lease extends AutoCloseable {
  /**
   * Takes the lease of a file.
   *
   * @throws LeaseHeldException where another has it
   */
  static Lease take(String file, Clock clock) throws IOException {
    return file.contains("://") ? StoredLease.take(file, clock) : LocalLease.take(file, clock);
  }

  /**
   * Makes sure, before something is written that matters.
   *
   * @throws LeaseHeldException where it has been lost
   */
  void requireHeld() throws IOException;

  @Override
  void close() throws IOException;
}
