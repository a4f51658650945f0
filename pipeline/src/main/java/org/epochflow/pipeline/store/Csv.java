package org.epochflow.pipeline.store;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVPrinter;
import org.apache.commons.csv.CSVRecord;

/**
 * Tables as CSV files: UTF-8, a line of column names, lines that end with {@code \n}, quotes where
 * a value needs them (RFC 4180). The same table is the same bytes.
 */
public final class Csv {
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setRecordSeparator('\n').build();

  private Csv() {}

  /** Prints the rows of a table. */
  @FunctionalInterface
  public interface Rows {
    void print(CSVPrinter csv) throws IOException;
  }

  /** Writes a table to a file, which appears when it is complete. */
  public static void write(String path, List<String> columns, Rows rows) throws IOException {
    Storage.write(path, out -> write(out, columns, rows));
  }

  /** Writes a table to a stream, which stays open. */
  private static void write(OutputStream out, List<String> columns, Rows rows) throws IOException {
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    CSVPrinter csv = new CSVPrinter(writer, FORMAT);
    csv.printRecord(columns);
    rows.print(csv);
    csv.flush();
  }

  /** The rows of a file, whose values go by the names of their columns. */
  public static List<CSVRecord> read(String path) throws IOException {
    List<CSVRecord> rows = new ArrayList<>();
    read(path, rows::add);
    return rows;
  }

  /** The same one by one, for files of any length. */
  public static void read(String path, Consumer<CSVRecord> row) throws IOException {
    CSVFormat named = FORMAT.builder().setHeader().setSkipHeaderRecord(true).build();
    try (Reader text = new InputStreamReader(Storage.stream(path), StandardCharsets.UTF_8);
        CSVParser parser = named.parse(text)) {
      parser.forEach(row);
    }
  }
}
