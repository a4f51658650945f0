package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.data.format.Importer.Imported;
import org.epochflow.pipeline.data.format.Importer.Wanted;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/** The formats of data sets: finds what is at a path, and imports it into canonical IDX. */
public final class Importers {
  private static final Importer PAIRS = new IdxImporter();

  /** Every format, one line each. If two read a path, the first one takes it. */
  private static final List<Importer> FORMATS =
      List.of(
          PAIRS, // IDX files in a folder; also pairs that options name
          new NpzImporter(), // NumPy files
          new CifarImporter(), // CIFAR's binary files
          new ParquetImporter(), // columns of pictures and labels, as hubs publish them
          new CsvImporter(), // rows of a label and pixels
          new FolderImporter()); // folders of pictures

  private static final int MOST_SHOWN = 5;
  private final String folder;
  private final Set<String> taken = ConcurrentHashMap.newKeySet();

  /**
   * @param folder where imported files go; files of the same names there are replaced
   */
  public Importers(String folder) {
    this.folder = folder;
  }

  /** Whether a data set of any format is at a path, absolute. */
  public static boolean reads(String path) throws IOException {
    return format(path).isPresent();
  }

  /**
   * The sources of one part of the data set at a path, absolute; none if no format reads the path,
   * or if the data set lacks the part. Data without parts are training data; with {@link
   * Reading#testSplit} they are both.
   *
   * @throws BadDataException if only the images or only the labels are there, or if data that have
   *     both parts are to be split
   */
  public static List<Source> find(String path, Part part, Reading reading) throws IOException {
    Optional<Importer> format = format(path);
    if (format.isEmpty()) {
      return List.of();
    }
    List<Source> undivided = format.get().undivided(path);
    if (reading.testSplit() > 0 && undivided.isEmpty()) {
      throw new BadDataException(
          "Expected --testSplit with data that have no test examples of their own, found %s"
              .formatted(path));
    }
    return undivided.isEmpty()
        ? format.get().find(path, part, reading)
        : part == Part.TRAIN || reading.testSplit() > 0 ? undivided : List.of();
  }

  /** The same of data that are all to test on: those without parts are test data. */
  public static List<Source> findTest(String path, Reading reading) throws IOException {
    Optional<Importer> format = format(path);
    List<Source> undivided = format.isEmpty() ? List.of() : format.get().undivided(path);
    return undivided.isEmpty() ? find(path, Part.TEST, reading) : undivided;
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

  /** What lies at a path where no format reads it, for messages: the first names. */
  public static String content(String path) throws IOException {
    if (Storage.isFile(path)) {
      return "a file of none of these kinds";
    } else if (!Storage.exists(path)) {
      return "nothing";
    }
    List<String> names =
        Storage.list(path).stream()
            .map(Storage::name)
            .filter(name -> !name.startsWith("."))
            .toList();
    return names.isEmpty()
        ? "an empty folder"
        : "a folder with "
            + String.join(", ", names.subList(0, Math.min(MOST_SHOWN, names.size())))
            + (names.size() > MOST_SHOWN ? ", ..." : "");
  }

  /**
   * The names that a data set gives its classes, sorted: those of all its sources. None if its
   * labels are numbers.
   */
  public static List<String> classNames(DataFiles files) throws IOException {
    Set<String> names = new TreeSet<>();
    List<String> ordered = new ArrayList<>();
    for (Source source : Stream.concat(files.train().stream(), files.test().stream()).toList()) {
      Importer format = importer(source);
      List<String> own = format.classNames(source);
      if (format.ordersClasses(source)) {
        requireSame(ordered, own, source);
        ordered = own;
      } else {
        names.addAll(own);
      }
    }
    return ordered.isEmpty() ? List.copyOf(names) : ordered;
  }

  private static void requireSame(List<String> one, List<String> other, Source source)
      throws BadDataException {
    if (!one.isEmpty() && !one.equals(other)) {
      throw new BadDataException(
          "Expected classes %s, found %s (%s)".formatted(one, other, source.images()));
    }
  }

  /**
   * Imports one part of a data set; its sources are one sequence of records.
   *
   * @param classes the names of the classes in the order of their labels
   * @param rejected receives what could not be read, in order
   */
  public Records open(DataFiles files, Part part, List<String> classes, List<Rejected> rejected)
      throws IOException {
    List<Source> sources = files.of(part);
    List<Opening> openings = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      String prefix = part.word() + "-" + i + "-";
      UnaryOperator<String> place = place(sources.size() == 1 ? "" : prefix, prefix);
      Wanted wanted = Wanted.of(part, files.reading(), classes, place);
      openings.add(() -> importer(source).open(source, wanted));
    }
    List<Imported> opened = open(openings);
    opened.forEach(one -> rejected.addAll(one.rejected()));
    return Records.of(opened.stream().map(Imported::records).toList());
  }

  /** Opens files that are one part of a data set. */
  @FunctionalInterface
  interface Opening {
    Imported open() throws IOException;
  }

  /** What opening gave: files, or a fault. */
  private record Opened(@Nullable Imported part, @Nullable IOException fault) {
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
  static List<Imported> open(List<Opening> openings) throws IOException {
    List<Imported> parts = new ArrayList<>();
    for (Opened opened : openings.parallelStream().map(Opened::by).toList()) {
      if (opened.fault != null) {
        throw opened.fault;
      }
      parts.add(Objects.requireNonNull(opened.part));
    }
    return parts;
  }

  /** The path for an imported file. Two files of one name get different paths. */
  UnaryOperator<String> place(String prefix, String otherwise) {
    return name -> {
      String free = prefix + name;
      while (!taken.add(free)) {
        free = otherwise + free;
      }
      return folder + "/" + free;
    };
  }

  private static Importer importer(Source source) throws IOException {
    if (!source.holdsBoth()) {
      return PAIRS;
    }
    return format(source.images())
        .orElseThrow(
            () ->
                new BadDataException(
                    "Expected %s, found none (%s)"
                        .formatted(formats(Part.TRAIN), source.images())));
  }
}
