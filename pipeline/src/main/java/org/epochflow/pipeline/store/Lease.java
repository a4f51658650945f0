package org.epochflow.pipeline.store;

import java.io.IOException;
import java.time.Clock;

/**
 * The right to write to a folder, which one process at a time holds.
 *
 * <p>On a local disk it is a lock of the operating system, which ends with its process. Elsewhere
 * it is a file that names its holder; the holder renews it until it is closed, and loses it if it
 * stops. {@link StoredLease} describes what that guarantees.
 */
public interface Lease extends AutoCloseable {
  /**
   * Takes the lease of a file.
   *
   * @throws LeaseHeldException if another process holds it
   */
  static Lease take(String file, Clock clock) throws IOException {
    return file.contains("://") ? StoredLease.take(file, clock) : LocalLease.take(file, clock);
  }

  /**
   * Checks that it is still held; call it before each important write.
   *
   * @throws LeaseHeldException if it has been lost
   */
  void requireHeld() throws IOException;

  @Override
  void close() throws IOException;
}
