package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVPrinter;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.store.Storage;

/**
 * An example that could not be read, and is left out.
 *
 * @param file its path, or that of the file that it is in
 * @param record its number in the file, as an editor or the format counts it; 0 if it is the file
 * @param position its number in its source, from 0, with those that could be read
 * @param reason in a few words
 */
public record Rejected(Part part, String file, long record, long position, String reason) {
  private static final int MOST_PLACES = 3;

  /** The columns of {@link #print}. */
  public static final List<String> COLUMNS = List.of("folder", "file", "record", "reason");

  /**
   * Refuses data of which too much could not be read.
   *
   * @param all how many examples there are, with those rejected
   * @throws BadDataException naming the first of them
   */
  public static void require(RejectionBudget budget, List<Rejected> rejected, long all)
      throws BadDataException {
    if (!budget.allows(rejected.size(), all)) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected examples that can be read, found %d of %d that cannot: %s%s;"
                  + " --maxRejected (%s) says how many may be left out",
              rejected.size(),
              all,
              rejected.stream()
                  .limit(MOST_PLACES)
                  .map(Rejected::place)
                  .collect(Collectors.joining(", ")),
              rejected.size() > MOST_PLACES ? ", ..." : "",
              budget));
    }
  }

  /** Prints a row of {@code rejected.csv} with {@link #COLUMNS}. */
  public void print(CSVPrinter csv) throws IOException {
    print(file, record, reason, csv);
  }

  /** The same of a record that could be read, and is left out. */
  public static void print(String file, long record, String reason, CSVPrinter csv)
      throws IOException {
    csv.printRecord(
        file.substring(0, Math.max(0, file.lastIndexOf('/'))), Storage.name(file), record, reason);
  }

  /** In words: {@code cats/1.png (no picture)}. */
  public String place() {
    return record == 0
        ? "%s (%s)".formatted(file, reason)
        : String.format(Locale.ROOT, "record %d of %s (%s)", record, file, reason);
  }
}
