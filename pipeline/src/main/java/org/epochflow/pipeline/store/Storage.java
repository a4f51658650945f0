package org.epochflow.pipeline.store;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.apache.beam.sdk.io.fs.MoveOptions.StandardMoveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;

/**
 * Whole files on any of Beam's file systems, by path. A file appears under its name only when it is
 * complete: it is written under a unique name next to it, then renamed.
 */
public final class Storage {
  private Storage() {}

  /** Writes content to a stream. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file. It replaces an earlier one in one step, or not at all. */
  public static void write(String path, Content content) throws IOException {
    ResourceId target = FileSystems.matchNewResource(path, false);
    ResourceId beside =
        FileSystems.matchNewResource(path + "." + UUID.randomUUID() + ".tmp", false);
    try {
      try (OutputStream out = create(beside)) {
        content.writeTo(out);
      }
      FileSystems.rename(List.of(beside), List.of(target));
    } catch (IOException | RuntimeException e) {
      FileSystems.delete(List.of(beside), StandardMoveOptions.IGNORE_MISSING_FILES);
      throw e;
    }
  }

  /**
   * Creates a file and its folders. Beam's channel to a local file writes 8 KB at a time, which
   * doubles the time for a model. Its channel to S3 fails if it is closed twice; a buffered stream
   * closes it once.
   */
  private static OutputStream create(ResourceId file) throws IOException {
    if (file.getScheme().equals("file")) {
      Path path = Path.of(file.toString());
      Files.createDirectories(path.toAbsolutePath().getParent());
      return Files.newOutputStream(path);
    }
    return new BufferedOutputStream(
        Channels.newOutputStream(FileSystems.create(file, "application/octet-stream")));
  }

  /** Writes a file of text, as UTF-8. */
  public static void writeText(String path, String text) throws IOException {
    write(path, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  public static ReadableByteChannel open(String path) throws IOException {
    return FileSystems.open(metadata(path).resourceId());
  }

  /** Renames complete files and replaces files that have the new names. */
  public static void move(List<String> from, List<String> to) throws IOException {
    FileSystems.rename(resources(from), resources(to));
  }

  private static List<ResourceId> resources(List<String> paths) {
    return paths.stream().map(path -> FileSystems.matchNewResource(path, false)).toList();
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

  /**
   * A channel that reads from any position.
   *
   * @throws IOException if the file system has no such channels
   */
  public static SeekableByteChannel seekable(String path) throws IOException {
    ReadableByteChannel channel = FileSystems.open(FileSystems.matchNewResource(path, false));
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

  /** The length in bytes. */
  public static long size(String path) throws IOException {
    return metadata(path).sizeBytes();
  }

  public static boolean exists(String path) throws IOException {
    return !list(path).isEmpty();
  }

  private static Metadata metadata(String path) throws IOException {
    List<Metadata> found = list(path);
    if (found.isEmpty()) {
      throw new FileNotFoundException(path);
    }
    return found.get(0);
  }

  /** The files that match a pattern, sorted by path. */
  public static List<Metadata> list(String pattern) throws IOException {
    return FileSystems.match(pattern, EmptyMatchTreatment.ALLOW).metadata().stream()
        .sorted(Comparator.comparing(file -> file.resourceId().toString()))
        .toList();
  }

  /**
   * The files in a folder and below, sorted by path. It takes two patterns, because on HDFS {@code
   * **} does not match the files directly in the folder; folders that {@code *} matches there are
   * omitted if they contain files.
   */
  public static List<Metadata> tree(String folder) throws IOException {
    TreeMap<String, Metadata> found = new TreeMap<>();
    for (String pattern : List.of("/**", "/*")) {
      for (Metadata file : list(folder + pattern)) {
        found.put(file.resourceId().toString(), file);
      }
    }
    found.keySet().removeIf(path -> holdsOthers(path, found));
    return List.copyOf(found.values());
  }

  private static boolean holdsOthers(String path, NavigableMap<String, Metadata> found) {
    String next = found.higherKey(path + "/");
    return next != null && next.startsWith(path + "/");
  }

  /** Deletes those of the files that exist. */
  public static void delete(List<String> paths) throws IOException {
    FileSystems.delete(resources(paths), StandardMoveOptions.IGNORE_MISSING_FILES);
  }

  /** Deletes a folder with its content. */
  public static void deleteAll(String folder) throws IOException {
    delete(list(folder + "/**").stream().map(file -> file.resourceId().toString()).toList());
    if (folder.contains("://")) {
      deleteInner(folder);
      return;
    }
    if (!Files.isDirectory(Path.of(folder))) {
      return;
    }
    try (Stream<Path> inner = Files.walk(Path.of(folder))) {
      for (Path emptied : inner.sorted(Comparator.reverseOrder()).toList()) {
        deleteIfEmpty(emptied.toString());
      }
    }
  }

  /** Deletes what {@code **} did not match, innermost first: HDFS lists folders too. */
  private static void deleteInner(String path) throws IOException {
    for (Metadata inner : list(path + "/*")) {
      deleteInner(inner.resourceId().toString());
    }
    delete(List.of(path));
  }

  /** Deletes a folder if it is empty. Object stores have no folders, so nothing happens there. */
  public static void deleteIfEmpty(String folder) throws IOException {
    if (folder.contains("://")) {
      return;
    }
    try {
      Files.deleteIfExists(Path.of(folder));
    } catch (DirectoryNotEmptyException kept) {
      // Others have written to it.
    }
  }
}
