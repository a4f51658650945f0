package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Parquet files in the layout in which hubs publish sets of images: a column with each picture's
 * file, as {@code image {bytes, path}} or as bytes alone, and a column of labels, whole numbers or
 * names. Where the column of labels says what its numbers are called, as {@code ClassLabel} of
 * Hugging Face's {@code datasets}, the classes have these names.
 *
 * <p>A folder has files of a part by their names or by their folders: {@code
 * train-00000-of-00002.parquet}, {@code data/test-00000-of-00001.parquet}, {@code
 * train/0000.parquet}. A part {@code validation} is the test part where there is no other.
 */
final class ParquetImporter implements Importer, ImageFiles {
  private static final Pattern TRAIN = part("train|training");
  private static final List<Pattern> TEST =
      List.of(part("test|testing|t10k"), part("val|valid|validation"));
  private static final List<String> FOLDERS =
      List.of("", "/data", "/train", "/test", "/validation");

  private static Pattern part(String words) {
    return Pattern.compile("(?i)(.*[^a-z])?(%s)([^a-z].*)?\\.parquet".formatted(words));
  }

  @Override
  public String format(Part part) {
    return "%s-*.parquet with pictures and labels".formatted(part.word());
  }

  @Override
  public boolean reads(String path) throws IOException {
    return !files(path).isEmpty();
  }

  /** The file itself, or those of a folder. */
  private static List<String> files(String path) throws IOException {
    if (Storage.isFile(path)) {
      return ParquetFile.is(path) ? List.of(path) : List.of();
    }
    List<String> files = new ArrayList<>();
    for (String folder : FOLDERS) {
      for (String file : Storage.list(path + folder)) {
        String name = Storage.name(file).toLowerCase(Locale.ROOT);
        if (name.matches("[^.].*\\.parquet") && ParquetFile.is(file)) {
          files.add(file);
        }
      }
    }
    return files;
  }

  private static List<String> of(Part part, String path) throws IOException {
    for (Pattern name : part == Part.TRAIN ? List.of(TRAIN) : TEST) {
      List<String> its =
          files(path).stream()
              .filter(file -> name.matcher(file.substring(path.length() + 1)).matches())
              .toList();
      if (!its.isEmpty()) {
        return its;
      }
    }
    return List.of();
  }

  @Override
  public List<Source> find(String path, Part part, Reading reading) throws IOException {
    return of(part, path).stream().map(Source::of).toList();
  }

  @Override
  public List<Source> undivided(String path) throws IOException {
    if (Storage.isFile(path)) {
      return List.of(Source.of(path));
    }
    return (of(Part.TEST, path).isEmpty() ? files(path) : List.<String>of())
        .stream().map(Source::of).toList();
  }

  @Override
  public List<String> classNames(Source source) throws IOException {
    String file = source.images();
    try (ParquetFile parquet = ParquetFile.open(file)) {
      ParquetLayout layout = ParquetLayout.of(parquet, file);
      if (!layout.hasTexts()) {
        return layout.names();
      }
      parquet.choose(columns(parquet, layout.label()));
      TreeSet<String> names = new TreeSet<>();
      for (Group row = parquet.next(); row != null; row = parquet.next()) {
        layout.label(row).ifPresent(names::add);
      }
      return List.copyOf(names);
    }
  }

  @Override
  public boolean ordersClasses(Source source) throws IOException {
    try (ParquetFile parquet = ParquetFile.open(source.images())) {
      return !ParquetLayout.of(parquet, source.images()).hasTexts();
    }
  }

  @Override
  public Imported open(Source source, Wanted wanted) throws IOException {
    String file = source.images();
    return decoded(
        source,
        wanted,
        parquet -> {
          ParquetLayout layout = ParquetLayout.of(parquet, file);
          parquet.choose(columns(parquet, layout.image(), layout.label()));
          return row ->
              new Content(
                  ParquetLayout.picture(layout.image(), row),
                  layout.ofClass(row, wanted.classes()));
        });
  }

  @Override
  public boolean holdsImages(String file) throws IOException {
    return ParquetFile.is(file);
  }

  @Override
  public Imported openImages(String file, Wanted wanted) throws IOException {
    return decoded(
        Source.of(file),
        wanted,
        parquet -> {
          Type image = ParquetLayout.pictures(parquet, file);
          parquet.choose(columns(parquet, image));
          return row -> new Content(ParquetLayout.picture(image, row), null);
        });
  }

  private static MessageType columns(ParquetFile parquet, Type... columns) {
    return new MessageType(parquet.schema().getName(), columns);
  }

  /** The file of a picture, and its label if it counts. */
  private record Content(byte[] picture, @Nullable Integer label) {}

  /** What a row has. */
  @FunctionalInterface
  private interface Row {
    /**
     * Reads a row.
     *
     * @throws BadDataException saying in a few words why it cannot be used
     */
    Content content(Group row) throws BadDataException;
  }

  /** Chooses columns of a file. */
  @FunctionalInterface
  private interface Choice {
    Row of(ParquetFile parquet) throws BadDataException;
  }

  private static Imported decoded(Source source, Wanted wanted, Choice choice) throws IOException {
    String file = source.images();
    long rows;
    try (ParquetFile parquet = ParquetFile.open(file)) {
      rows = parquet.rows();
    }
    int expected = (int) Math.min(rows, Integer.MAX_VALUE);
    return new Decoding(source, wanted).write(() -> entries(file, wanted, choice), expected);
  }

  private static Decoding.Entries entries(String file, Wanted wanted, Choice choice)
      throws IOException {
    ParquetFile parquet = ParquetFile.open(file);
    Row columns;
    try {
      columns = choice.of(parquet);
    } catch (BadDataException e) {
      parquet.close();
      throw e;
    }
    return new Decoding.Entries() {
      private long number;

      @Override
      public Decoding.@Nullable Entry next() throws IOException {
        for (Group row = parquet.next(); row != null; row = parquet.next()) {
          number++;
          String name = Storage.name(file) + ":" + number;
          if (wanted.reading().isIn(wanted.part(), name)) {
            return entry(file, number, row, columns);
          }
        }
        return null;
      }

      @Override
      public void close() throws IOException {
        parquet.close();
      }
    };
  }

  private static Decoding.Entry entry(String file, long number, Group row, Row columns) {
    try {
      Content content = columns.content(row);
      return new Decoding.Entry(file, number, content::picture, content.label);
    } catch (BadDataException fault) {
      return new Decoding.Entry(
          file,
          number,
          () -> {
            throw fault;
          },
          null);
    }
  }
}
