package org.epochflow.model.nn;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Records in memory, each still in the array it was read into, so that records from many places
 * need no copying. The arrays are shared and never changed.
 *
 * @param pixels the array with the values of each record, unsigned bytes
 * @param offsets the index in that array at which they begin
 * @param labels one unsigned byte a record
 * @param indices each record's index in its data set
 */
public record Examples(byte[][] pixels, int[] offsets, byte[] labels, long[] indices) {
  /** Consecutive records, {@code pixels [size x values of a record]}. */
  public Examples(byte[] pixels, byte[] labels, long[] indices) {
    this(new byte[labels.length][], offsets(pixels, labels.length), labels, indices);
    Arrays.fill(this.pixels, pixels);
  }

  private static int[] offsets(byte[] pixels, int size) {
    return IntStream.range(0, size).map(i -> pixels.length / size * i).toArray();
  }

  public int size() {
    return labels.length;
  }
}
