package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.jspecify.annotations.Nullable;

/** The formats of data sets: finds what is at a path, and imports it into canonical IDX. */
public final class Importers {
  private static final Importer PAIRS = new IdxImporter();

  /** Every format, one line each. If two read a path, the first one takes it. */
  private static final List<Importer> FORMATS =
      List.of(
          PAIRS, // IDX files in a folder; also pairs that options name
          new NpzImporter()); // NumPy files

  private final String folder;
  private final Set<String> taken = ConcurrentHashMap.newKeySet();

  /**
   * @param folder where imported files go; files of the same names there are replaced
   */
  Importers(String folder) {
    this.folder = folder;
  }

  /** Whether a data set of any format is at a path, absolute. */
  public static boolean reads(String path) throws IOException {
    return format(path).isPresent();
  }

  /**
   * The sources of one part of the data set at a path, absolute; none if no format reads the path,
   * or if the data set lacks the part.
   *
   * @throws BadDataException if only the images or only the labels are there
   */
  public static List<Source> find(String path, Part part) throws IOException {
    Optional<Importer> format = format(path);
    return format.isPresent() ? format.get().find(path, part) : List.of();
  }

  /**
   * An IDX file of a folder, gzipped or not.
   *
   * @param folder absolute
   * @param name without {@code .gz}
   */
  public static Optional<String> idxFile(String folder, String name) throws IOException {
    return IdxImporter.file(folder, name);
  }

  private static Optional<Importer> format(String path) throws IOException {
    for (Importer format : FORMATS) {
      if (format.reads(path)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  /** What can hold a part of a data set, for messages. */
  public static String formats(Part part) {
    return FORMATS.stream().map(format -> format.format(part)).collect(Collectors.joining(", or "));
  }

  /** Imports one part of a data set; its sources are one sequence of records. */
  Records open(DataFiles files, Part part) throws IOException {
    List<Source> sources = files.of(part);
    List<Opening> openings = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      String prefix = part.word() + "-" + i + "-";
      UnaryOperator<String> place = place(sources.size() == 1 ? "" : prefix, prefix);
      openings.add(() -> importer(source, part).open(source, part, place));
    }
    return open(openings);
  }

  /**
   * Imports files of images without labels; they are one sequence of records.
   *
   * @param paths of IDX files, gzipped or not
   */
  public static Records openImages(List<String> paths, String folder) throws IOException {
    Importers importers = new Importers(folder);
    List<Opening> openings = new ArrayList<>();
    for (String path : paths) {
      String prefix = openings.size() + "-";
      UnaryOperator<String> place = importers.place(prefix, prefix);
      openings.add(() -> IdxImporter.openImages(path, place));
    }
    return open(openings);
  }

  /** Opens files that are one part of a data set. */
  @FunctionalInterface
  private interface Opening {
    Records.Part open() throws IOException;
  }

  /** What opening gave: files, or a fault. */
  private record Opened(Records.@Nullable Part part, @Nullable IOException fault) {
    static Opened by(Opening opening) {
      try {
        return new Opened(opening.open(), null);
      } catch (IOException e) {
        return new Opened(null, e);
      }
    }
  }

  /**
   * Opens files in parallel, because each is unpacked by one thread. Of several faults the first in
   * the files' order is thrown, when all are done.
   */
  private static Records open(List<Opening> openings) throws IOException {
    List<Records.Part> parts = new ArrayList<>();
    for (Opened opened : openings.parallelStream().map(Opened::by).toList()) {
      if (opened.fault != null) {
        throw opened.fault;
      }
      parts.add(Objects.requireNonNull(opened.part));
    }
    return Records.of(parts);
  }

  /** The path for an imported file. Two files of one name get different paths. */
  private UnaryOperator<String> place(String prefix, String otherwise) {
    return name -> {
      String free = prefix + name;
      while (!taken.add(free)) {
        free = otherwise + free;
      }
      return folder + "/" + free;
    };
  }

  private static Importer importer(Source source, Part part) throws IOException {
    if (!source.isOnePath()) {
      return PAIRS;
    }
    return format(source.images())
        .orElseThrow(
            () ->
                new BadDataException(
                    "Expected %s, found none (%s)".formatted(formats(part), source.images())));
  }
}
