package org.epochflow.model.idx;

import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Knows gzip by its first bytes, never by a name, and unpacks it in constant memory. */
public final class Gzip {
  private static final int BUFFER = 1 << 16;

  private Gzip() {}

  /** Whether a file that starts with these bytes is gzip: 1F 8B. */
  public static boolean isGzip(byte[] start) {
    return start.length >= 2 && start[0] == 0x1F && start[1] == (byte) 0x8B;
  }

  /**
   * Unpacks all of {@code in}, which may be several gzip members in a row, and closes neither
   * channel. On an error, {@code out} holds a part.
   *
   * @param file the name for messages
   * @return the number of bytes written
   * @throws IdxFormatException if the data is not gzip, is corrupt or ends too early; its offset
   *     counts packed bytes
   */
  public static long unpack(ReadableByteChannel in, WritableByteChannel out, String file)
      throws IOException {
    Counting packed = new Counting(Channels.newInputStream(in));
    Unpacking unpacked = open(packed, file);
    byte[] block = new byte[BUFFER];
    long total = 0;
    for (int n = unpacked.next(block); n >= 0; n = unpacked.next(block)) {
      ByteBuffer bytes = ByteBuffer.wrap(block, 0, n);
      while (bytes.hasRemaining()) {
        total += out.write(bytes);
      }
    }
    return total;
  }

  private static Unpacking open(Counting packed, String file) throws IOException {
    try {
      return new Unpacking(packed, file);
    } catch (ZipException | EOFException e) {
      throw fault(file, 0, "gzip data (1F 8B)", e);
    }
  }

  private static IdxFormatException fault(
      String file, long offset, String expected, IOException cause) {
    String found =
        cause instanceof EOFException ? "end of file" : "corrupt data: " + cause.getMessage();
    IdxFormatException fault = new IdxFormatException(file, offset, expected, found);
    fault.initCause(cause);
    return fault;
  }

  /** A gzip stream that knows how far into the packed bytes it is. */
  private static final class Unpacking extends GZIPInputStream {
    private final Counting packed;
    private final String file;

    Unpacking(Counting packed, String file) throws IOException {
      super(packed, BUFFER);
      this.packed = packed;
      this.file = file;
    }

    int next(byte[] block) throws IOException {
      try {
        return read(block, 0, block.length);
      } catch (EOFException e) {
        throw fault(file, packed.count, "more gzip data", e);
      } catch (ZipException e) {
        throw fault(file, packed.count - inf.getRemaining(), "intact gzip data", e);
      }
    }
  }

  /** Counts the bytes read. */
  private static final class Counting extends FilterInputStream {
    private long count;

    Counting(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      count += b < 0 ? 0 : 1;
      return b;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int n = super.read(target, offset, length);
      count += Math.max(n, 0);
      return n;
    }

    /** Never 0: GZIPInputStream looks for a further member only where bytes seem available. */
    @Override
    public int available() {
      return 1;
    }
  }
}
