package org.epochflow.model.idx;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Locale;

/**
 * Writes one IDX file, front to back: the header at once, then records as they come.
 *
 * <p>{@link #close} closes the channel, and fails unless exactly the promised records were written.
 * Not for several threads.
 */
public final class IdxWriter implements Closeable {
  private final WritableByteChannel out;
  private long missing;

  public IdxWriter(WritableByteChannel out, IdxHeader header) throws IOException {
    this.out = out;
    this.missing = header.fileBytes();
    write(header.encoded());
  }

  /** Appends records, or parts of one, in the file's byte order. */
  public void write(byte[] records) throws IOException {
    write(ByteBuffer.wrap(records));
  }

  /** Appends the buffer's remaining bytes. */
  public void write(ByteBuffer records) throws IOException {
    if (records.remaining() > missing) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Expected at most %d more bytes, found %d",
              missing,
              records.remaining()));
    }
    while (records.hasRemaining()) {
      missing -= out.write(records);
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
    if (missing > 0) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "Expected %d more bytes before the end, found the end", missing));
    }
  }
}
