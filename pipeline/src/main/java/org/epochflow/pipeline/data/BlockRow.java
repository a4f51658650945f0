package org.epochflow.pipeline.data;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.idx.PixelSums;

/**
 * A summary of a block, without its pixels.
 *
 * @param file which pair of files, from 0
 * @param first its first record's number in that file
 * @param count how many records it has
 * @param crc of its bytes; see {@link Block#crc}
 * @param pixelSum of all its pixel values; {@code pixelSquares} of their squares
 * @param rejected the records that are left out
 * @param perClass how many records of each class are kept
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({
  "file",
  "first",
  "count",
  "crc",
  "pixelSum",
  "pixelSquares",
  "rejected",
  "perClass"
})
public record BlockRow(
    int file,
    int first,
    int count,
    long crc,
    long pixelSum,
    long pixelSquares,
    List<Rejected> rejected,
    List<Integer> perClass) {
  /**
   * A record that is skipped because of its label.
   *
   * @param offset its place in its block, from 0
   */
  @JsonFormat(shape = JsonFormat.Shape.ARRAY)
  @JsonPropertyOrder({"offset", "label"})
  public record Rejected(int offset, int label) {}

  public BlockRow {
    rejected = List.copyOf(rejected);
    perClass = List.copyOf(perClass);
  }

  /** Counts a block; a record whose label is not below {@code classes} is rejected. */
  static BlockRow of(Block block, int classes) {
    List<Rejected> rejected = new ArrayList<>();
    for (int i = 0; i < block.records(); i++) {
      int label = block.labels()[i] & 0xff;
      if (label >= classes) {
        rejected.add(new Rejected(i, label));
      }
    }
    PixelSums sums = PixelSums.of(block.pixels());
    return new BlockRow(
        block.file(),
        block.first(),
        block.records(),
        block.crc(),
        sums.sum(),
        sums.squares(),
        rejected,
        perClass(block.labels(), classes));
  }

  /** How many labels there are of each class; others do not count. */
  public static List<Integer> perClass(byte[] labels, int classes) {
    int[] counts = new int[Math.max(256, classes)];
    for (byte label : labels) {
      counts[label & 0xff]++;
    }
    return Arrays.stream(counts, 0, classes).boxed().toList();
  }

  /** How many records are kept. */
  public int kept() {
    return count - rejected.size();
  }
}
