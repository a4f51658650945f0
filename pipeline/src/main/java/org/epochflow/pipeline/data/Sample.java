package org.epochflow.pipeline.data;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Base64;

/**
 * An example of a data set, kept in the manifest for display.
 *
 * @param index its record's number in the data set
 * @param base64 its pixels, as in the file
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"index", "label", "base64"})
public record Sample(long index, int label, String base64) {
  /** Unsigned bytes. */
  public byte[] pixels() {
    return Base64.getDecoder().decode(base64);
  }
}
