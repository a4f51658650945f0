package org.epochflow.pipeline.store;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Clock;

/**
 * The right to write to a folder, which one process at a time holds. A crash ends it.
 *
 * <p>On a local disk it is a lock of the operating system, which ends with its process. Elsewhere
 * it is a file that names its holder; the holder renews it until it is closed, and loses it if it
 * stops. {@link StoredLease} describes what that guarantees.
 */
public interface Lease extends AutoCloseable {
  /** The lease of whoever needs none, because another lease keeps others away. */
  Lease NONE =
      new Lease() {
        @Override
        public void requireHeld() {}

        @Override
        public void close() {}
      };

  /**
   * Takes the lease of a file.
   *
   * @throws LeaseHeldException if another process holds it
   */
  static Lease take(String file, Clock clock) throws IOException {
    return file.contains("://") ? StoredLease.take(file, clock) : LocalLease.take(file, clock);
  }

  /**
   * Takes the lease of a folder that a run or its like writes to. It makes the folder; if the
   * folder holds nothing else in the end, closing the lease removes it.
   *
   * @throws LeaseHeldException if another process holds it
   * @throws FolderInUseException if the folder cannot be written
   */
  static Lease ofFolder(String folder) throws IOException {
    try {
      return take(folder + "/.lease", Clock.systemUTC());
    } catch (LeaseHeldException e) {
      throw e;
    } catch (IOException e) {
      String reason = e instanceof FileSystemException ? "" : " (%s)".formatted(e.getMessage());
      throw new FolderInUseException(
          "Expected an output folder that can be written, found " + folder + reason, e);
    }
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
