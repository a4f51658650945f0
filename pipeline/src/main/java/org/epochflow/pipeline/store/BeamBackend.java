package org.epochflow.pipeline.store;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.EmptyMatchTreatment;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.apache.beam.sdk.io.fs.ResourceId;

/**
 * Beam's file systems, by the scheme of a path. They can only be asked for what matches a pattern;
 * a literal path is asked for with {@code ?} in place of each character that a pattern gives a
 * meaning, and what else matches is left out.
 *
 * <p>An object store has no folders, writes a file when it is closed, and keeps it then.
 */
final class BeamBackend implements StorageBackend {
  @Override
  public void write(String file, Storage.Content content, boolean durable) throws IOException {
    // S3's channel fails if it is closed twice; a buffered stream closes it once.
    try (OutputStream out =
        new BufferedOutputStream(
            Channels.newOutputStream(
                FileSystems.create(resource(file), "application/octet-stream")))) {
      content.writeTo(out);
    }
  }

  private static ResourceId resource(String path) {
    return FileSystems.matchNewResource(path, false);
  }

  @Override
  public void rename(String from, String to) throws IOException {
    FileSystems.rename(List.of(resource(from)), List.of(resource(to)));
  }

  @Override
  public void force(String folder) {
    // A closed file is safe.
  }

  @Override
  public ReadableByteChannel open(String file) throws IOException {
    if (size(file).isEmpty()) {
      throw new FileNotFoundException(file);
    }
    return FileSystems.open(resource(file));
  }

  @Override
  public OptionalLong size(String file) throws IOException {
    return match(literal(file)).stream()
        .filter(found -> path(found).equals(file))
        .mapToLong(Metadata::sizeBytes)
        .findFirst();
  }

  @Override
  public boolean exists(String path) throws IOException {
    return size(path).isPresent();
  }

  private static List<Metadata> match(String pattern) throws IOException {
    return FileSystems.match(pattern, EmptyMatchTreatment.ALLOW).metadata();
  }

  private static String literal(String path) {
    return path.replaceAll("[*?\\[\\]{}\\\\]", "?");
  }

  private static String path(Metadata found) {
    return found.resourceId().toString();
  }

  /**
   * It takes two patterns, because on HDFS {@code **} does not match the files directly in the
   * folder; folders that {@code *} matches there are omitted if they contain files.
   */
  @Override
  public SortedSet<String> tree(String folder) throws IOException {
    TreeMap<String, Metadata> found = new TreeMap<>();
    for (String pattern : List.of("/**", "/*")) {
      for (Metadata file : match(literal(folder) + pattern)) {
        if (path(file).startsWith(folder + "/")) {
          found.put(path(file), file);
        }
      }
    }
    TreeSet<String> files = new TreeSet<>(found.keySet());
    files.removeIf(path -> holdsOthers(path, files));
    return files;
  }

  private static boolean holdsOthers(String path, NavigableSet<String> found) {
    String next = found.higher(path + "/");
    return next != null && next.startsWith(path + "/");
  }

  @Override
  public Folders folders(String top) throws IOException {
    SortedSet<String> files = tree(top);
    return folder -> {
      TreeSet<String> names = new TreeSet<>();
      String within = folder + "/";
      for (String file : files.tailSet(within)) {
        if (!file.startsWith(within)) {
          break;
        }
        names.add(file.substring(within.length()).split("/", 2)[0]);
      }
      return names;
    };
  }

  /** Beam's own option to ignore missing files takes their paths for patterns. */
  @Override
  public void delete(String file) throws IOException {
    if (exists(file)) {
      FileSystems.delete(List.of(resource(file)));
    }
  }

  @Override
  public void deleteAll(String folder) throws IOException {
    List<ResourceId> files = new ArrayList<>();
    for (Metadata file : match(literal(folder) + "/**")) {
      if (path(file).startsWith(folder + "/")) {
        files.add(file.resourceId());
      }
    }
    FileSystems.delete(files);
    deleteInner(folder);
  }

  /** Deletes what is left, innermost first: HDFS lists folders too. */
  private void deleteInner(String path) throws IOException {
    for (Metadata inner : match(literal(path) + "/*")) {
      if (path(inner).startsWith(path + "/")) {
        deleteInner(path(inner));
      }
    }
    delete(path);
  }

  @Override
  public void deleteIfEmpty(String folder) {
    // A folder of an object store is there as long as it holds something.
  }
}
