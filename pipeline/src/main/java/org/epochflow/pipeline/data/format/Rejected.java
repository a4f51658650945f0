package org.epochflow.pipeline.data.format;

import java.util.Locale;
import org.epochflow.pipeline.data.DataFiles.Part;

/**
 * An example that could not be read, and is left out.
 *
 * @param file its path, or that of the file that it is in
 * @param record its number in the file, as an editor or the format counts it; 0 if it is the file
 * @param reason in a few words
 */
public record Rejected(Part part, String file, long record, String reason) {
  /** In words: {@code cats/1.png (no picture)}. */
  public String place() {
    return record == 0
        ? "%s (%s)".formatted(file, reason)
        : String.format(Locale.ROOT, "record %d of %s (%s)", record, file, reason);
  }
}
