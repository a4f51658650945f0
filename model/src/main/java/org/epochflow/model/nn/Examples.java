package org.epochflow.model.nn;

/**
 * Records in memory, as they stand in the files. The arrays are shared, not copied, and not
 * changed.
 *
 * @param pixels {@code [size x values of a record]}, unsigned bytes
 * @param labels one unsigned byte a record
 * @param indices each record's index in its data set
 */
public record Examples(byte[] pixels, byte[] labels, long[] indices) {
  public int size() {
    return labels.length;
  }
}
