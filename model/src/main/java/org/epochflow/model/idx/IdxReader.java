package org.epochflow.model.idx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Locale;
import java.util.Objects;

/**
 * Reads ranges of records.
 *
 * <p>The channel stays the caller's, to close too. It has one position, so one thread at a time.
 */
public final class IdxReader {
  private final SeekableByteChannel in;
  private final IdxHeader header;
  private final String file;

  /**
   * A reader of a file whose header is known, so that many ranges cost one look at the header.
   *
   * @param file the name for messages
   */
  public IdxReader(SeekableByteChannel in, IdxHeader header, String file) {
    this.in = in;
    this.header = header;
    this.file = file;
  }

  /**
   * Records {@code first} to {@code first + count - 1}, one after the other, elements in the file's
   * byte order.
   *
   * @throws IdxFormatException if the file ends too early because it was cut after its header was
   *     read
   * @throws IndexOutOfBoundsException if the header has no such records
   * @throws IllegalArgumentException if they do not fit an array
   */
  public byte[] read(int first, int count) throws IOException {
    Objects.checkFromIndexSize(first, count, header.records());
    long length = count * header.recordBytes();
    if (length > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Expected a range of less than 2 GB, found %d records of %d bytes (%s)",
              count,
              header.recordBytes(),
              file));
    }
    long start = header.offset(first);
    in.position(start);
    ByteBuffer records = ByteBuffer.allocate((int) length);
    while (records.hasRemaining()) {
      if (in.read(records) < 0) {
        throw new IdxFormatException(
            file,
            start,
            String.format(Locale.ROOT, "records %d to %d", first, first + count - 1),
            "end of file at byte " + (start + records.position()));
      }
    }
    return records.array();
  }
}
