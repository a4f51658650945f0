package org.epochflow.pipeline.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A lock of the operating system on a file that contains the holder's name.
 *
 * <p>The holder deletes the file before it releases the lock. Whoever has opened the file before
 * may then lock a file without a name, so a lock counts only if the file that was opened still has
 * the name.
 *
 * <p>Under POSIX, closing any descriptor of a file releases the process's lock. So within this
 * process a map decides, and a file that is held here is not opened a second time.
 */
final class LocalLease implements Lease {
  /** The leases of this process, by file, with their holder. */
  private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;
  private final Object key;

  private LocalLease(Path file, FileChannel channel, FileLock lock, Object key) {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
    this.key = key;
  }

  static LocalLease take(String path, Clock clock) throws IOException {
    Path named = Path.of(path).toAbsolutePath();
    Path folder = Objects.requireNonNull(named.getParent());
    Files.createDirectories(folder);
    Path file = folder.toRealPath().resolve(Objects.requireNonNull(named.getFileName()));
    String holder = holder(clock);
    @Nullable String other = HELD.putIfAbsent(file, holder);
    if (other != null) {
      throw new LeaseHeldException(path, other);
    }
    @Nullable LocalLease lease = null;
    try {
      while (lease == null) {
        lease = tryLock(file, holder);
      }
      return lease;
    } finally {
      if (lease == null) {
        HELD.remove(file);
      }
    }
  }

  /** Returns null if the file was deleted meanwhile. */
  private static @Nullable LocalLease tryLock(Path file, String holder) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    @Nullable Object key = key(file);
    @Nullable FileChannel channel = open(file);
    if (channel == null) {
      return null;
    }
    @Nullable LocalLease lease = null;
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        throw new LeaseHeldException(file.toString(), otherHolder(file));
      } else if (key != null && key.equals(key(file))) {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
        lease = new LocalLease(file, channel, lock, key);
      }
      return lease;
    } finally {
      if (lease == null) {
        channel.close();
      }
    }
  }

  private static @Nullable FileChannel open(Path file) throws IOException {
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (NoSuchFileException folderGone) {
      return null;
    }
  }

  /** What tells a file from another one of the same name; null if there is none. */
  private static @Nullable Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException none) {
      return null;
    }
  }

  private static String otherHolder(Path file) throws IOException {
    try {
      String holder = Files.readString(file);
      return holder.isBlank() ? "another process" : holder;
    } catch (NoSuchFileException gone) {
      return "another process";
    }
  }

  @Override
  public void requireHeld() throws IOException {
    if (!lock.isValid()) {
      throw new LeaseHeldException(file.toString(), "the lock gone");
    } else if (!key.equals(key(file))) {
      throw new LeaseHeldException(file.toString(), "the file of the lock deleted");
    }
  }

  @Override
  public void close() throws IOException {
    if (!lock.isValid()) {
      return;
    }
    try (channel) {
      Files.deleteIfExists(file);
      Storage.deleteIfEmpty(String.valueOf(file.getParent()));
    } finally {
      HELD.remove(file);
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
