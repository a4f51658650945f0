package org.epochflow.pipeline.data.format;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.epochflow.model.idx.Gzip;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;

/**
 * CSV files, gzipped or not, with an example in each row: its label and its pixels, whole numbers
 * of 0 to 255, row after row of the picture; of colours three for each pixel. The picture is square
 * unless {@link Reading#imageSize} says otherwise.
 *
 * <p>A first row that is not all numbers names the columns. The label is in the column named {@code
 * label}, {@code class}, {@code target} or {@code y}; without such a name it is the first. A folder
 * has a file whose name has {@code train} in it, and perhaps one with {@code test}; a file whose
 * header names no label is no part, as Kaggle's {@code test.csv}.
 */
final class CsvImporter implements Importer, ImageFiles {
  private static final Pattern NAME = Pattern.compile("(?i)[^.].*\\.csv(\\.gz)?");
  private static final Pattern TRAIN = Pattern.compile("(?i).*train.*");
  private static final Pattern TEST = Pattern.compile("(?i).*(test|t10k).*");
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setIgnoreSurroundingSpaces(true).build();
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int MOST = 255;
  private static final int BUFFER = 1 << 16;
  private static final int MOST_LINE = 1 << 22;

  @Override
  public String format(Part part) {
    return "a CSV file with a label and pixels in each row";
  }

  /** The layout of a labelled file; empty if it is none of this format. */
  private static Optional<CsvLayout> layout(String file) throws IOException {
    return firstRow(file).flatMap(CsvLayout::of);
  }

  /** The first row of a file; empty if it is no text. */
  private static Optional<List<String>> firstRow(String file) throws IOException {
    try (Reader text = text(file)) {
      StringBuilder line = new StringBuilder();
      for (int c = text.read(); c > 0 && c != '\n' && line.length() < MOST_LINE; c = text.read()) {
        line.append((char) c);
      }
      try (CSVParser row = CSVParser.parse(line.toString().strip(), FORMAT)) {
        Iterator<CSVRecord> rows = row.iterator();
        return rows.hasNext() ? Optional.of(rows.next().toList()) : Optional.empty();
      }
    } catch (ZipException | EOFException | UncheckedIOException | IllegalStateException damaged) {
      return Optional.empty();
    }
  }

  /** The text of a file without a mark of its byte order. */
  private static Reader text(String file) throws IOException {
    InputStream in = new BufferedInputStream(Storage.stream(file), BUFFER);
    in.mark(2);
    boolean packed = Gzip.isGzip(in.readNBytes(2));
    in.reset();
    InputStream bytes = packed ? new GZIPInputStream(in, BUFFER) : in;
    BufferedReader text =
        new BufferedReader(new InputStreamReader(bytes, StandardCharsets.UTF_8), BUFFER);
    text.mark(1);
    if (text.read() != BYTE_ORDER_MARK) {
      text.reset();
    }
    return text;
  }

  @Override
  public boolean reads(String path) throws IOException {
    for (String file : files(path)) {
      if (layout(file).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** The file itself, or the CSV files of a folder. */
  private static List<String> files(String path) throws IOException {
    return Storage.isFile(path)
        ? List.of(path)
        : Storage.list(path).stream()
            .filter(file -> NAME.matcher(Storage.name(file)).matches())
            .toList();
  }

  private static List<Source> named(String path, Pattern name) throws IOException {
    List<Source> sources = new ArrayList<>();
    for (String file : files(path)) {
      if (name.matcher(Storage.name(file)).matches() && layout(file).isPresent()) {
        sources.add(Source.of(file));
      }
    }
    if (sources.size() > 1) {
      throw new BadDataException(
          "Expected one CSV file of each part in %s, found %s; --data=FILE and --testData=FILE choose"
                  .formatted(path, sources.stream().map(Source::images).toList())
              + " them");
    }
    return sources;
  }

  @Override
  public List<Source> find(String path, Part part, Reading reading) throws IOException {
    return named(path, part == Part.TRAIN ? TRAIN : TEST);
  }

  @Override
  public List<Source> undivided(String path) throws IOException {
    if (Storage.isFile(path)) {
      return List.of(Source.of(path));
    }
    boolean parts = !named(path, TRAIN).isEmpty() && !named(path, TEST).isEmpty();
    return parts ? List.of() : named(path, Pattern.compile("(?i)(?!.*(test|t10k)).*"));
  }

  @Override
  public Imported open(Source source, Wanted wanted) throws IOException {
    String file = source.images();
    CsvLayout layout =
        layout(file)
            .orElseThrow(
                () ->
                    new BadDataException(
                        "Expected %s (%s)".formatted(format(wanted.part()), file)));
    return open(source, layout, wanted);
  }

  @Override
  public boolean holdsImages(String file) throws IOException {
    return firstRow(file).flatMap(row -> CsvLayout.ofImages(row, null)).isPresent();
  }

  @Override
  public Imported openImages(String file, Wanted wanted) throws IOException {
    CsvLayout layout =
        firstRow(file)
            .flatMap(row -> CsvLayout.ofImages(row, wanted.reading().imageSize()))
            .orElseThrow();
    return open(Source.of(file), layout, wanted);
  }

  private static Imported open(Source source, CsvLayout layout, Wanted wanted) throws IOException {
    String file = source.images();
    Shape shape = layout.shape(wanted, file);
    List<Rejected> rejected = new ArrayList<>();
    try {
      return new Imported(
          CanonicalWriter.write(
              source,
              wanted.target(),
              shape,
              0, // nobody knows how many before the end
              writer -> write(file, layout, wanted, writer, rejected)),
          rejected);
    } catch (ZipException | EOFException | UncheckedIOException | IllegalStateException damaged) {
      Throwable why = damaged.getCause() == null ? damaged : damaged.getCause();
      throw new BadDataException(
          "Expected an intact CSV file, found %s (%s)"
              .formatted(Excerpt.of(String.valueOf(why.getMessage())), file));
    }
  }

  private static void write(
      String file, CsvLayout layout, Wanted wanted, CanonicalWriter writer, List<Rejected> rejected)
      throws IOException {
    byte[] pixels = new byte[layout.pixels()];
    try (CSVParser rows = CSVParser.parse(text(file), FORMAT)) {
      Iterator<CSVRecord> all = rows.iterator();
      if (layout.header()) {
        all.next();
      }
      while (all.hasNext()) {
        long line = rows.getCurrentLineNumber(); // of the row that hasNext has read
        CSVRecord row = all.next();
        String number = String.valueOf(row.getRecordNumber() - (layout.header() ? 1 : 0));
        if (!wanted.reading().isIn(wanted.part(), number)) {
          continue;
        }
        String fault = read(row, layout, wanted.labelled(), pixels);
        if (fault.isEmpty()) {
          writer.add(pixels, wanted.labelled() ? value(row.get(layout.label())) : null);
        } else {
          long position = (long) writer.count() + rejected.size();
          rejected.add(new Rejected(wanted.part(), file, line, position, fault));
        }
      }
    }
  }

  /** Reads the pixels of a row, and says what is wrong with it; nothing if it is sound. */
  private static String read(CSVRecord row, CsvLayout layout, boolean labelled, byte[] pixels) {
    if (row.size() != layout.columns()) {
      return String.format(Locale.ROOT, "%d values, not %d", row.size(), layout.columns());
    }
    int at = 0;
    for (int i = 0; i < row.size(); i++) {
      if (i == layout.label() && !labelled) {
        continue;
      }
      int value = value(row.get(i));
      if (value < 0) {
        return "%s is no number of 0 to 255: %s"
            .formatted(i == layout.label() ? "the label" : "a pixel", Excerpt.of(row.get(i)));
      } else if (i != layout.label()) {
        pixels[at++] = (byte) value;
      }
    }
    return "";
  }

  /** A number of 0 to 255, perhaps with zeros after a point; -1 for anything else. */
  private static int value(String text) {
    int value = 0;
    int end = text.length();
    for (int i = 0; i < end; i++) {
      char digit = text.charAt(i);
      if (digit == '.' && i > 0 && text.substring(i + 1).chars().allMatch(c -> c == '0')) {
        return value > MOST ? -1 : value;
      } else if (digit < '0' || digit > '9' || value > MOST) {
        return -1;
      }
      value = value * 10 + digit - '0';
    }
    return end == 0 || value > MOST ? -1 : value;
  }
}
