package org.epochflow.pipeline.store;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Whole files on this machine's disks and on any of Beam's file systems, by path. Paths are
 * literal, but for {@link #matches}.
 *
 * <p>A file appears under its name only when it is complete: it is written under a unique hidden
 * name next to it, forced to the disk and renamed; then its folder is forced. So a crash or a power
 * cut leaves the old file or the new one.
 */
public final class Storage {
  private static final StorageBackend BEAM = new BeamBackend();
  private static final Pattern UNFINISHED =
      Pattern.compile("(?!\\.+lease\\.).*\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.tmp");
  private static volatile StorageBackend local = new LocalBackend();

  private Storage() {}

  /** Writes content to a stream. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private static StorageBackend backend(String path) {
    return path.contains("://") ? BEAM : local;
  }

  /** Has all later operations on this machine's disks pass through another backend. */
  static StorageBackend replaceLocal(StorageBackend other) {
    StorageBackend before = local;
    local = other;
    return before;
  }

  /** Writes a file. It replaces an earlier one in one step, or not at all. */
  public static void write(String path, Content content) throws IOException {
    write(path, content, true);
  }

  /**
   * Writes a file that need not survive a power cut, because it is made anew then. Otherwise as
   * {@link #write}.
   */
  public static void writeScratch(String path, Content content) throws IOException {
    write(path, content, false);
  }

  private static void write(String path, Content content, boolean durable) throws IOException {
    StorageBackend backend = backend(path);
    String beside = beside(path);
    try {
      backend.write(beside, content, durable);
      backend.rename(beside, path);
      if (durable) {
        backend.force(folder(path));
      }
    } catch (IOException | RuntimeException | Error e) {
      try {
        backend.delete(beside);
      } catch (IOException | RuntimeException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
  }

  private static String beside(String path) {
    return "%s/.%s.%s.tmp".formatted(folder(path), name(path), UUID.randomUUID());
  }

  /**
   * Whether a file is one that a process was writing; if its folder's lease is held, a killed one.
   * The file of a lease does not count: others may be trying to take it.
   */
  static boolean isUnfinished(String path) {
    return UNFINISHED.matcher(name(path)).matches();
  }

  /** Deletes those of the files that a killed process was writing. */
  public static void deleteUnfinished(List<String> files) throws IOException {
    delete(files.stream().filter(Storage::isUnfinished).toList());
  }

  /** Writes a file of text, as UTF-8. */
  public static void writeText(String path, String text) throws IOException {
    write(path, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Opens a file.
   *
   * @throws java.io.FileNotFoundException if there is no such file
   */
  public static ReadableByteChannel open(String path) throws IOException {
    return backend(path).open(path);
  }

  /** Renames complete files and replaces files that have the new names. */
  public static void move(List<String> from, List<String> to) throws IOException {
    for (int i = 0; i < from.size(); i++) {
      backend(to.get(i)).rename(from.get(i), to.get(i));
    }
    forceFolders(to);
  }

  private static void forceFolders(List<String> files) throws IOException {
    Set<String> folders = new LinkedHashSet<>();
    files.forEach(file -> folders.add(folder(file)));
    for (String folder : folders) {
      if (backend(folder).exists(folder)) {
        backend(folder).force(folder);
      }
    }
  }

  public static InputStream stream(String path) throws IOException {
    return Channels.newInputStream(open(path));
  }

  public static byte[] read(String path) throws IOException {
    try (InputStream in = stream(path)) {
      return in.readAllBytes();
    }
  }

  /** Reads a file of text, in UTF-8. */
  public static String readText(String path) throws IOException {
    return new String(read(path), StandardCharsets.UTF_8);
  }

  /** The content of a file of text, in UTF-8; empty if there is no such file. */
  public static Optional<String> textIfExists(String path) throws IOException {
    try {
      return Optional.of(readText(path));
    } catch (FileNotFoundException none) {
      return Optional.empty();
    }
  }

  /**
   * A channel that reads from any position.
   *
   * @throws IOException if the file system has no such channels
   */
  public static SeekableByteChannel seekable(String path) throws IOException {
    ReadableByteChannel channel = open(path);
    if (channel instanceof SeekableByteChannel seekable) {
      return seekable;
    }
    channel.close();
    throw new IOException("Expected a file system that reads from any position, found " + path);
  }

  /** A path's last part: the name of a file or a folder. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String folder(String path) {
    int end = path.lastIndexOf('/');
    return end < 0 ? "." : path.substring(0, Math.max(1, end));
  }

  /**
   * The length in bytes.
   *
   * @throws java.io.FileNotFoundException if there is no such file
   */
  public static long size(String path) throws IOException {
    OptionalLong size = backend(path).size(path);
    return size.orElseThrow(() -> new FileNotFoundException(path));
  }

  /** Whether there is a file, not a folder. */
  public static boolean isFile(String path) throws IOException {
    return backend(path).size(path).isPresent();
  }

  /** Whether there is a file or a folder. An object store has no folders. */
  public static boolean exists(String path) throws IOException {
    return backend(path).exists(path);
  }

  /**
   * The files and folders that a path names: itself if it exists, else those that match it as a
   * pattern, sorted by path. Patterns are a shell's: {@code *}, {@code ?}, {@code [a-z]} and {@code
   * {a,b}} stand for part of a name, {@code **} for folders, and none for a leading dot.
   *
   * @throws IllegalArgumentException if it is not a pattern
   */
  public static List<String> matches(String path) throws IOException {
    return List.copyOf(PathPattern.matches(path, backend(path)));
  }

  /** The paths of the files and folders right in a folder, sorted; none if it is not one. */
  public static List<String> list(String folder) throws IOException {
    StorageBackend backend = backend(folder);
    return backend.folders(folder).names(folder).stream().map(name -> folder + "/" + name).toList();
  }

  /** The paths of the files in a folder and below, sorted. */
  public static List<String> tree(String folder) throws IOException {
    return List.copyOf(backend(folder).tree(folder));
  }

  /** Deletes those of the files that exist. */
  public static void delete(List<String> paths) throws IOException {
    for (String path : paths) {
      backend(path).delete(path);
    }
    forceFolders(paths);
  }

  /** Deletes a folder with its content. */
  public static void deleteAll(String folder) throws IOException {
    backend(folder).deleteAll(folder);
  }

  /** Deletes a folder if it is empty. Object stores have no folders, so nothing happens there. */
  public static void deleteIfEmpty(String folder) throws IOException {
    backend(folder).deleteIfEmpty(folder);
  }
}
