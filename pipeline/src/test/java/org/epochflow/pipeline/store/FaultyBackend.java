package org.epochflow.pipeline.store;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;

/**
 * This machine's disks with one fault: at an operation of a given number. It counts every operation
 * of {@link Storage}, of all threads.
 */
public final class FaultyBackend implements StorageBackend, AutoCloseable {
  /** What happens at the operation. */
  public enum Fault {
    /** It fails, once. */
    FAILS,
    /**
     * The power is cut: it and all later ones fail, and {@link #close} leaves of the earlier ones
     * what a disk guarantees. A file that was not forced is empty, and a name that was not forced
     * is what it was before.
     */
    POWER_CUT,
    /** It takes a while. */
    HANGS
  }

  private static final long HANG_MILLIS = 200;
  private final StorageBackend disk;
  private final Fault fault;
  private final long at;
  private final Deque<Unforced> unforced = new ArrayDeque<>();
  private final Set<String> empty = new HashSet<>();
  private final List<String> log = new ArrayList<>();

  private interface Undo {
    void undo() throws IOException;
  }

  /** An operation that lasts only once its folder is forced. */
  private record Unforced(String folder, Undo undo) {}

  private FaultyBackend(StorageBackend disk, Fault fault, long at) {
    this.disk = disk;
    this.fault = fault;
    this.at = at;
  }

  /**
   * Puts itself in the place of the disks until it is closed.
   *
   * @param at the number of the operation, from 1
   */
  public static FaultyBackend install(Fault fault, long at) {
    StorageBackend disk = Storage.replaceLocal(new LocalBackend());
    FaultyBackend faulty = new FaultyBackend(disk, fault, at);
    Storage.replaceLocal(faulty);
    return faulty;
  }

  /** What was done so far, a line for each operation. */
  public synchronized List<String> log() {
    return List.copyOf(log);
  }

  /** Restores the disks; after a power cut they hold what they guarantee. */
  @Override
  public synchronized void close() throws IOException {
    Storage.replaceLocal(disk);
    if (fault == Fault.POWER_CUT && log.size() >= at) {
      for (Unforced last : unforced) {
        last.undo().undo();
      }
      for (String file : empty) {
        if (Files.exists(Path.of(file))) {
          Files.write(Path.of(file), new byte[0]);
        }
      }
    }
  }

  private synchronized void count(String operation, Object of) throws IOException {
    log.add(operation + " " + of);
    if (log.size() == at && fault == Fault.HANGS) {
      try {
        TimeUnit.MILLISECONDS.sleep(HANG_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    } else if (log.size() == at || (fault == Fault.POWER_CUT && log.size() > at)) {
      throw new IOException(
          String.format(
              Locale.ROOT, "Fault of the test at operation %d: %s %s", at, operation, of));
    }
  }

  private synchronized void undoable(String path, Undo undo) {
    unforced.push(new Unforced(String.valueOf(Path.of(path).getParent()), undo));
  }

  /** What a file is now, to be restored. */
  private static Undo restored(String file) throws IOException {
    Path path = Path.of(file);
    if (!Files.exists(path)) {
      return () -> Files.deleteIfExists(path);
    }
    byte[] content = Files.readAllBytes(path);
    return () -> {
      Files.createDirectories(path.getParent());
      Files.write(path, content);
    };
  }

  @Override
  public void write(String file, Storage.Content content, boolean durable) throws IOException {
    count(durable ? "write" : "write scratch", file);
    Undo before = restored(file);
    disk.write(file, content, durable);
    synchronized (this) {
      if (!durable) {
        empty.add(file);
      }
    }
    undoable(file, before);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    count("rename", from + " " + to);
    Undo source = restored(from);
    Undo target = restored(to);
    disk.rename(from, to);
    synchronized (this) {
      empty.remove(to);
      if (empty.remove(from)) {
        // The name can be on the disk before the content is.
        empty.add(to);
        return;
      }
    }
    undoable(
        to,
        () -> {
          source.undo();
          target.undo();
        });
  }

  @Override
  public void force(String folder) throws IOException {
    count("force", folder);
    disk.force(folder);
    synchronized (this) {
      unforced.removeIf(operation -> isForced(operation.folder(), folder));
    }
  }

  /** Whether a folder is forced, or one that it was in is gone from it. */
  private static boolean isForced(String of, String forced) {
    if (of.equals(forced)) {
      return true;
    } else if (!of.startsWith(forced + "/")) {
      return false;
    }
    String inner = of.substring(forced.length() + 1).split("/", 2)[0];
    return !Files.exists(Path.of(forced, inner));
  }

  @Override
  public ReadableByteChannel open(String file) throws IOException {
    count("open", file);
    return disk.open(file);
  }

  @Override
  public OptionalLong size(String file) throws IOException {
    count("size", file);
    return disk.size(file);
  }

  @Override
  public boolean exists(String path) throws IOException {
    count("exists", path);
    return disk.exists(path);
  }

  @Override
  public SortedSet<String> tree(String folder) throws IOException {
    count("tree", folder);
    return disk.tree(folder);
  }

  @Override
  public Folders folders(String top) throws IOException {
    Folders folders = disk.folders(top);
    return folder -> {
      count("list", folder);
      return folders.names(folder);
    };
  }

  @Override
  public void delete(String file) throws IOException {
    count("delete", file);
    if (Files.isRegularFile(Path.of(file))) {
      undoable(file, restored(file));
    }
    disk.delete(file);
  }

  @Override
  public void deleteAll(String folder) throws IOException {
    count("delete all", folder);
    for (String file : disk.tree(folder)) {
      undoable(file, restored(file));
    }
    disk.deleteAll(folder);
  }

  @Override
  public void deleteIfEmpty(String folder) throws IOException {
    count("delete if empty", folder);
    disk.deleteIfEmpty(folder);
  }
}
