package org.epochflow.pipeline.data;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * The content of a sequence of records, block by block, in order. It depends on the data and on the
 * number of classes alone.
 *
 * @param files the pairs of files, in order
 * @param image the shape of one image: {@code [height, width]} or {@code [height, width, channels]}
 * @param samples a few examples of each class, for display
 */
public record Manifest(
    List<FileRow> files,
    List<Integer> image,
    int classes,
    List<BlockRow> blocks,
    List<Sample> samples) {
  /**
   * A pair of files.
   *
   * @param images its name, without folder; likewise {@code labels}
   */
  public record FileRow(
      String images, String labels, int records, long imagesBytes, long labelsBytes) {}

  public Manifest {
    files = List.copyOf(files);
    image = List.copyOf(image);
    samples = List.copyOf(samples);
    blocks =
        blocks.stream()
            .sorted(Comparator.comparingInt(BlockRow::file).thenComparingInt(BlockRow::first))
            .toList();
  }

  /** How many records are kept: those that are numbered 0 to n-1. */
  @JsonIgnore
  public long examples() {
    return blocks.stream().mapToLong(BlockRow::kept).sum();
  }

  /** How many records are left out. */
  @JsonIgnore
  public long rejectedRecords() {
    return blocks.stream().mapToLong(block -> block.rejected().size()).sum();
  }

  /** How many examples each class has. */
  @JsonIgnore
  public List<Long> perClass() {
    return IntStream.range(0, classes)
        .mapToObj(c -> blocks.stream().mapToLong(block -> block.perClass().get(c)).sum())
        .toList();
  }

  /** The mean of all pixels, divided by 255. */
  @JsonIgnore
  public double pixelMean() {
    return (double) pixelSum() / pixels() / 255;
  }

  /** The standard deviation of all pixels, divided by 255. */
  @JsonIgnore
  public double pixelDeviation() {
    double squares =
        (double) blocks.stream().mapToLong(BlockRow::pixelSquares).sum() / pixels() / 255 / 255;
    return Math.sqrt(Math.max(0, squares - pixelMean() * pixelMean()));
  }

  /** The sum of the values of all pixels. */
  @JsonIgnore
  public long pixelSum() {
    return blocks.stream().mapToLong(BlockRow::pixelSum).sum();
  }

  /** How many values all images have. */
  @JsonIgnore
  public long pixels() {
    long records = blocks.stream().mapToLong(BlockRow::count).sum();
    return records * image.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }

  /** A fingerprint of all content: CRC-32C over the blocks' own, in order. */
  @JsonIgnore
  public long crc() {
    return crc(blocks);
  }

  /** The same of one pair of files. */
  public long crc(int file) {
    return crc(blocks.subList(firstOf(file), firstOf(file + 1)));
  }

  /** The first block of a file or of those after it. */
  private int firstOf(int file) {
    int from = 0;
    int to = blocks.size();
    while (from < to) {
      int middle = (from + to) >>> 1;
      if (blocks.get(middle).file() < file) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  private static long crc(List<BlockRow> rows) {
    CRC32C crc = new CRC32C();
    rows.forEach(row -> crc.update(ByteBuffer.allocate(Long.BYTES).putLong(row.crc()).flip()));
    return crc.getValue();
  }
}
