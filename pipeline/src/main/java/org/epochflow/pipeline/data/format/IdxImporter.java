package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.epochflow.model.idx.Gzip;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;

/**
 * IDX files, gzipped or not: a pair of any names, or a folder with files under MNIST's names or
 * like them ({@link IdxNames}). What is gzipped is unpacked, so that every file can be read from
 * any record; values of other types become bytes ({@link IdxValues}).
 */
final class IdxImporter implements Importer, ImageFiles {
  @Override
  public String format(Part part) {
    return "a folder with %s and %s, gzipped or not".formatted(part.images(), part.labels());
  }

  @Override
  public boolean reads(String path) throws IOException {
    for (Part part : Part.values()) {
      if (file(path, part.images()).isPresent() || file(path, part.labels()).isPresent()) {
        return true;
      }
    }
    return IdxNames.at(path).isPresent();
  }

  @Override
  public List<Source> find(String path, Part part, Reading reading) throws IOException {
    Optional<String> images = file(path, part.images());
    Optional<String> labels = file(path, part.labels());
    if (images.isEmpty() && labels.isEmpty()) {
      Optional<IdxNames> names = IdxNames.at(path);
      return names.isEmpty()
          ? List.of()
          : names.get().only().of(part, names.get().path()).stream().toList();
    }
    boolean both =
        Importer.hasBoth(
            part.images(), images.isPresent(), part.labels(), labels.isPresent(), path);
    return both ? List.of(new Source(images.get(), labels.get())) : List.of();
  }

  /**
   * A file of a folder, gzipped or not.
   *
   * @param name without {@code .gz}
   */
  static Optional<String> file(String folder, String name) throws IOException {
    for (String candidate : List.of(name, name + ".gz")) {
      String path = folder + "/" + candidate;
      if (Storage.exists(path)) {
        return Optional.of(path);
      }
    }
    return Optional.empty();
  }

  @Override
  public Imported open(Source source, Wanted wanted) throws IOException {
    String images = images(source.images(), wanted.place());
    String labels = unpacked(source.labels(), wanted.place());
    if (IdxValues.areLabels(labels)) {
      labels = IdxValues.labels(labels, source.labels(), target(source.labels(), wanted.place()));
    }
    return new Imported(Records.Part.open(new Source(images, labels), source));
  }

  /** What is of no other format is opened as IDX, and refused there. */
  @Override
  public boolean holdsImages(String file) {
    return true;
  }

  @Override
  public Imported openImages(String file, Wanted wanted) throws IOException {
    return new Imported(Records.Part.open(images(file, wanted.place()), file));
  }

  private static String images(String path, UnaryOperator<String> place) throws IOException {
    String unpacked = unpacked(path, place);
    return IdxValues.areImages(unpacked)
        ? IdxValues.images(unpacked, path, target(path, place))
        : unpacked;
  }

  private static String target(String path, UnaryOperator<String> place) {
    return place.apply(Storage.name(path).replaceFirst("\\.gz$", ""));
  }

  /** The path of the same file, unpacked. */
  private static String unpacked(String path, UnaryOperator<String> place) throws IOException {
    if (!isGzip(path)) {
      return path;
    }
    String target = target(path, place);
    Storage.writeScratch( // unpacked again when a run resumes
        target,
        out -> {
          try (ReadableByteChannel in = Storage.open(path);
              WritableByteChannel unpacked = Channels.newChannel(out)) {
            Gzip.unpack(in, unpacked, path);
          }
        });
    return target;
  }

  private static boolean isGzip(String path) throws IOException {
    try (var in = Storage.stream(path)) {
      return Gzip.isGzip(in.readNBytes(2));
    }
  }
}
