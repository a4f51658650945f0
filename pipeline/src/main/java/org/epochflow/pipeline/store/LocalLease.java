package org.epochflow.pipeline.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A lock of the operating system on a file that contains the holder's name. The file is never
 * deleted, because then two processes could lock two files of the same name. The holder must not
 * open it a second time: under POSIX, closing any descriptor of a file releases the process's lock.
 */
final class LocalLease implements Lease {
  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;

  private LocalLease(Path file, FileChannel channel, FileLock lock) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
  }

  static LocalLease take(String path, Clock clock) throws IOException {
    Path file = Path.of(path);
    Files.createDirectories(file.toAbsolutePath().getParent());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = tryLock(channel);
      if (lock == null) {
        throw new LeaseHeldException(path, Files.readString(file));
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder(clock).getBytes(StandardCharsets.UTF_8)));
      return new LocalLease(file, channel, lock);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  @Override
  public void requireHeld() throws IOException {
    if (!lock.isValid()) {
      throw new LeaseHeldException(file.toString(), "the lock gone");
    }
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      channel.truncate(0);
    }
  }

  /** What this process calls itself: {@code process 4711 on build-7 since 2026-11-23T02:30:00Z}. */
  static String holder(Clock clock) {
    return String.format(
        Locale.ROOT,
        "process %d on %s since %s",
        ProcessHandle.current().pid(),
        host(),
        clock.instant());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unnamed host";
    }
  }
}
