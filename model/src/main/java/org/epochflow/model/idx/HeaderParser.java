package org.epochflow.model.idx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Reads one header, byte by byte sceptical. The first fault in the order of the bytes is the one
 * reported.
 */
final class HeaderParser {
  private static final int IMAGES = 0x00000803;
  private static final int COLOUR_IMAGES = 0x00000804;
  private static final int LABELS = 0x00000801;

  private final ReadableByteChannel in;
  private final long length;
  private final String file;

  HeaderParser(ReadableByteChannel in, long length, String file) {
    this.in = in;
    this.length = length;
    this.file = file;
  }

  IdxHeader any() throws IOException {
    int magic = magic("an IDX magic number");
    if (magic >>> 16 != 0) {
      throw fault(0, "an IDX magic number", describe(magic));
    }
    return rest(magic);
  }

  IdxHeader images() throws IOException {
    String expected = String.format(Locale.ROOT, "magic 0x%08X (images)", IMAGES);
    int magic = magic(expected);
    if (magic != IMAGES && magic != COLOUR_IMAGES) {
      throw fault(0, expected, describe(magic));
    }
    IdxHeader header = rest(magic);
    if (header.recordBytes() == 0) {
      throw fault(8, "at least 1 pixel per image", IdxHeader.times(header.recordShape()));
    }
    return header;
  }

  IdxHeader labels() throws IOException {
    String expected = String.format(Locale.ROOT, "magic 0x%08X (labels)", LABELS);
    int magic = magic(expected);
    if (magic != LABELS) {
      throw fault(0, expected, describe(magic));
    }
    return rest(magic);
  }

  private int magic(String expected) throws IOException {
    if (length == 0) {
      throw fault(0, expected, "an empty file");
    }
    return bytes(0, 4, expected).getInt();
  }

  private IdxHeader rest(int magic) throws IOException {
    IdxType type =
        IdxType.of(magic >> 8)
            .orElseThrow(
                () ->
                    fault(
                        2,
                        "an element type 08, 09, 0B, 0C, 0D or 0E",
                        String.format(Locale.ROOT, "%02X", magic >> 8)));
    int dimensions = magic & 0xFF;
    if (dimensions == 0) {
      throw fault(3, "at least 1 dimension", "0");
    }
    IdxHeader header = new IdxHeader(type, sizes(type, dimensions));
    requireLength(header);
    return header;
  }

  private List<Integer> sizes(IdxType type, int dimensions) throws IOException {
    ByteBuffer bytes = bytes(4, 4 * dimensions, dimensions + " sizes of 4 bytes");
    List<Integer> sizes = new ArrayList<>();
    while (bytes.hasRemaining()) {
      int offset = 4 + bytes.position();
      int size = bytes.getInt();
      if (size < 0) {
        throw fault(
            offset, "a size of at most " + Integer.MAX_VALUE, Integer.toUnsignedString(size));
      }
      sizes.add(size);
    }
    if (!IdxHeader.possible(type, sizes)) {
      throw fault(4, "sizes whose product fits 63 bits", IdxHeader.times(sizes));
    }
    return sizes;
  }

  private void requireLength(IdxHeader header) throws IdxFormatException {
    long end = header.fileBytes();
    if (length != end) {
      String expected = "end of file after %s".formatted(recordsOf(header));
      throw fault(end, expected, "it at byte " + length);
    }
  }

  private static String recordsOf(IdxHeader header) {
    String records = header.records() == 1 ? "1 record" : header.records() + " records";
    return header.recordBytes() == 1
        ? records + " of 1 byte"
        : String.format(Locale.ROOT, "%s of %d bytes", records, header.recordBytes());
  }

  private ByteBuffer bytes(int offset, int count, String expected) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (in.read(bytes) < 0) {
        throw fault(offset, expected, "end of file at byte " + (offset + bytes.position()));
      }
    }
    return bytes.flip();
  }

  private IdxFormatException fault(long offset, String expected, String found) {
    return new IdxFormatException(file, offset, expected, found);
  }

  private static String describe(int magic) {
    byte[] bytes = ByteBuffer.allocate(4).putInt(magic).array();
    if (Gzip.isGzip(bytes)) {
      return "gzip data (1F 8B)";
    }
    for (byte b : bytes) {
      if (b < ' ' && b != '\t' && b != '\n' && b != '\r') {
        return String.format(Locale.ROOT, "0x%08X", magic);
      }
    }
    return "text \"%s...\""
        .formatted(new String(bytes, StandardCharsets.US_ASCII).replaceAll("\\s", " "));
  }
}
