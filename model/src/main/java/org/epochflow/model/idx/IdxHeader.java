package org.epochflow.model.idx;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The header of an IDX file: elements of one type in an array of one or more dimensions, of which
 * the first counts the records.
 *
 * <p>Layout: bytes 0, 0, type, ndim; ndim sizes of 4 bytes, big-endian; then the elements, last
 * index fastest. The length is exactly {@code 4 + 4 ndim + bytes(type) * product(sizes)}.
 *
 * <p>A header always describes a possible file: its sizes are 0 to 2^31-1 and its length fits a
 * long. Immutable.
 *
 * @param type the type of every element
 * @param sizes the length of each dimension, the number of records first
 * @see <a href="http://yann.lecun.com/exdb/mnist/">The IDX file format</a>
 */
public record IdxHeader(IdxType type, List<Integer> sizes) implements Serializable {
  private static final int MAX_DIMENSIONS = 255;
  private static final int MOST_SHOWN = 8;

  public IdxHeader {
    sizes = List.copyOf(sizes);
    if (sizes.isEmpty() || sizes.size() > MAX_DIMENSIONS || sizes.stream().anyMatch(s -> s < 0)) {
      throw new IllegalArgumentException("Expected 1 to 255 sizes, none negative, found " + sizes);
    }
    if (!possible(type, sizes)) {
      throw new IllegalArgumentException(
          "Expected sizes whose product fits 63 bits, found " + times(sizes));
    }
  }

  /** Unsigned bytes, count x height x width, or count x height x width x channels. */
  public static IdxHeader images(int count, int... shape) {
    if (shape.length != 2 && shape.length != 3) {
      throw new IllegalArgumentException(
          "Expected height, width and perhaps channels, found " + shape.length + " sizes");
    }
    List<Integer> sizes = new ArrayList<>(List.of(count));
    for (int size : shape) {
      sizes.add(size);
    }
    return new IdxHeader(IdxType.U8, sizes);
  }

  /** Unsigned bytes, one for each record. */
  public static IdxHeader labels(int count) {
    return new IdxHeader(IdxType.U8, List.of(count));
  }

  /**
   * Reads the header of an IDX file of any kind and compares it with the length of the file. Leaves
   * the channel at the first record. A file without records is valid here; see {@link
   * #requireRecords}.
   *
   * @param in the file, from its start
   * @param length the whole file's length in bytes
   * @param file the name for messages
   */
  public static IdxHeader read(ReadableByteChannel in, long length, String file)
      throws IOException {
    return new HeaderParser(in, length, file).any();
  }

  /**
   * As {@link #read}, of a file that must hold images: magic 0x00000803, or 0x00000804 for (n,
   * height, width, channels).
   */
  public static IdxHeader readImages(ReadableByteChannel in, long length, String file)
      throws IOException {
    return new HeaderParser(in, length, file).images();
  }

  /** As {@link #read}, of a file that must hold labels: magic 0x00000801. */
  public static IdxHeader readLabels(ReadableByteChannel in, long length, String file)
      throws IOException {
    return new HeaderParser(in, length, file).labels();
  }

  /** Refuses a file without records. */
  public void requireRecords(String file) throws IdxFormatException {
    if (records() == 0) {
      throw new IdxFormatException(file, 4, "at least 1 record", "0");
    }
  }

  /** Refuses these labels unless there is one for each of the images. */
  public void requireOnePerImage(String file, IdxHeader images, String imagesFile)
      throws IdxFormatException {
    if (records() != images.records()) {
      throw new IdxFormatException(
          file,
          4,
          String.format(Locale.ROOT, "%d labels, as %s has images,", images.records(), imagesFile),
          Integer.toString(records()));
    }
  }

  /** The number of records: the first size. */
  public int records() {
    return sizes.get(0);
  }

  /**
   * The sizes of one record: [height, width] or [height, width, channels] of an image, empty for a
   * label.
   */
  public List<Integer> recordShape() {
    return sizes.subList(1, sizes.size());
  }

  /** The length of one record in bytes. */
  public long recordBytes() {
    return product(type, recordShape());
  }

  /** Where the first record starts, in bytes. */
  public int dataOffset() {
    return 4 + 4 * sizes.size();
  }

  /** Where record {@code index} starts, in bytes; the file's end for {@link #records()}. */
  public long offset(int index) {
    return dataOffset() + index * recordBytes();
  }

  /** The whole file's length in bytes. */
  public long fileBytes() {
    return offset(records());
  }

  /** The first four bytes. */
  public int magic() {
    return type.code() << 8 | sizes.size();
  }

  /** Returns this header as the {@link #dataOffset()} bytes of a file. */
  public ByteBuffer encoded() {
    ByteBuffer bytes = ByteBuffer.allocate(dataOffset()).putInt(magic());
    sizes.forEach(bytes::putInt);
    return bytes.flip();
  }

  /** Whether the length of such a file, and of one record, fits a long. */
  static boolean possible(IdxType type, List<Integer> sizes) {
    try {
      long record = product(type, sizes.subList(1, sizes.size()));
      Math.addExact(Math.multiplyExact(record, sizes.get(0)), 4L + 4L * sizes.size());
      return true;
    } catch (ArithmeticException e) {
      return false;
    }
  }

  /** The sizes as a person writes them: {@code 60000 x 28 x 28}; of many, the first. */
  static String times(List<Integer> sizes) {
    List<Integer> first = sizes.subList(0, Math.min(sizes.size(), MOST_SHOWN));
    String shown = String.join(" x ", first.stream().map(String::valueOf).toList());
    return first.size() < sizes.size()
        ? shown + String.format(Locale.ROOT, " x ... (%d sizes)", sizes.size())
        : shown;
  }

  private static long product(IdxType type, List<Integer> sizes) {
    return sizes.stream().mapToLong(size -> size).reduce(type.bytes(), Math::multiplyExact);
  }
}
