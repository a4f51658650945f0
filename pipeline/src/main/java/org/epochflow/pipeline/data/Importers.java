package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.epochflow.pipeline.data.DataFiles.Part;

/** The formats of data sets: finds what is at a path, and imports it into canonical IDX. */
public final class Importers {
  private static final Importer PAIRS = new IdxImporter();

  /** Every format, one line each. Where two would take a path, the first does. */
  private static final List<Importer> FORMATS = List.of(PAIRS);

  private final String folder;
  private final Set<String> taken = new HashSet<>();

  /**
   * @param folder where imported files go; files of the same names there are replaced
   */
  Importers(String folder) {
    this.folder = folder;
  }

  /**
   * The parts of the data set at a path.
   *
   * @param path of a file or a folder, absolute
   * @return empty where none of the formats takes it
   * @throws BadDataException where the data set lacks something
   */
  public static Optional<DataFiles> find(String path) throws IOException {
    for (Importer format : FORMATS) {
      Optional<DataFiles> found = format.find(path);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** What a user can name, for messages: {@code a folder with ... or an .npz file}. */
  public static String formats() {
    return FORMATS.stream().map(Importer::format).collect(Collectors.joining(" or "));
  }

  /** Imports one part of a data set; its sources are one sequence of records. */
  Records open(DataFiles files, Part part) throws IOException {
    List<Source> sources = files.of(part);
    List<Records.Part> parts = new ArrayList<>();
    for (int i = 0; i < sources.size(); i++) {
      Source source = sources.get(i);
      String prefix = part.word() + "-" + i + "-";
      parts.add(of(source).open(source, part, place(sources.size() == 1 ? "" : prefix, prefix)));
    }
    return Records.of(parts);
  }

  /**
   * Imports files of images without labels; they are one sequence of records.
   *
   * @param paths of IDX files, gzipped or not
   */
  public static Records openImages(List<String> paths, String folder) throws IOException {
    Importers importers = new Importers(folder);
    List<Records.Part> parts = new ArrayList<>();
    for (String path : paths) {
      String prefix = parts.size() + "-";
      parts.add(IdxImporter.openImages(path, importers.place(prefix, prefix)));
    }
    return Records.of(parts);
  }

  /** Where an imported file goes. Files of one name are kept apart. */
  private UnaryOperator<String> place(String prefix, String otherwise) {
    return name -> {
      String free = taken.add(prefix + name) ? prefix + name : otherwise + name;
      return folder + "/" + free;
    };
  }

  private static Importer of(Source source) throws IOException {
    if (!source.isOnePath()) {
      return PAIRS;
    }
    for (Importer format : FORMATS) {
      if (format.find(source.images()).isPresent()) {
        return format;
      }
    }
    throw new BadDataException("Expected %s (%s)".formatted(formats(), source.images()));
  }
}
