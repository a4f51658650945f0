package org.epochflow.model.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.ModelState;

/**
 * Vectors with a header, as they travel between the steps of an epoch, all little-endian:
 *
 * <pre>
 * bytes  0  magic number, int32
 *        4  version, int32
 *        8  the fields of the header, int64 each
 *           CRC32C of all before
 *           the vectors, float32 or float64
 *      end  CRC32C of all vectors
 * </pre>
 *
 * <p>Floats keep their bits, NaN included. The same content is the same bytes.
 */
final class VectorFile {
  private static final int CHUNK_BYTES = 1 << 20;
  private final int magic;
  private final int version;
  private final int fields;
  private final String what;

  /**
   * @param fields how many the header has
   * @param what it holds, in messages
   */
  VectorFile(int magic, int version, int fields, String what) {
    this.magic = magic;
    this.version = version;
    this.fields = fields;
    this.what = what;
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Writes in large pieces; the stream stays open. */
  Writer writer(OutputStream out, long... header) throws IOException {
    Writer writer = new Writer(out);
    writer.buffer.putInt(magic).putInt(version);
    for (long field : header) {
      writer.buffer.putLong(field);
    }
    writer.buffer.putInt(crc(writer.buffer.duplicate().flip()));
    writer.flush();
    return writer;
  }

  /** Writes the vectors that follow a header. */
  static final class Writer {
    private final OutputStream out;
    private final ByteBuffer buffer = buffer();
    private final CRC32C crc = new CRC32C();

    private Writer(OutputStream out) {
      this.out = out;
    }

    void put(ModelState model) throws IOException {
      put(model.parameters());
      for (float[] slot : model.slots()) {
        put(slot);
      }
    }

    private void put(float[] values) throws IOException {
      int most = CHUNK_BYTES / Float.BYTES;
      for (int i = 0; i < values.length; i += most) {
        int count = Math.min(most, values.length - i);
        buffer.asFloatBuffer().put(values, i, count);
        put(count * Float.BYTES);
      }
    }

    void put(double[] values) throws IOException {
      int most = CHUNK_BYTES / Double.BYTES;
      for (int i = 0; i < values.length; i += most) {
        int count = Math.min(most, values.length - i);
        buffer.asDoubleBuffer().put(values, i, count);
        put(count * Double.BYTES);
      }
    }

    private void put(int bytes) throws IOException {
      buffer.position(bytes);
      crc.update(buffer.duplicate().flip());
      flush();
    }

    private void flush() throws IOException {
      out.write(buffer.array(), buffer.arrayOffset(), buffer.position());
      buffer.clear();
    }

    void end() throws IOException {
      buffer.putInt((int) crc.getValue());
      flush();
    }
  }

  /**
   * Reads up to the last byte; the channel stays open.
   *
   * @param file its name in messages
   */
  Reader reader(ReadableByteChannel channel, String file) throws IOException {
    Reader reader = new Reader(channel, file);
    int bytes = 2 * Integer.BYTES + fields * Long.BYTES;
    reader.fill(bytes + Integer.BYTES);
    int crc = crc(reader.buffer.duplicate().limit(bytes));
    reader.expect("the magic number of " + what, magic, reader.buffer.getInt());
    reader.expect("version", version, reader.buffer.getInt());
    for (int i = 0; i < fields; i++) {
      reader.header[i] = reader.buffer.getLong();
    }
    reader.expect("a header with CRC", crc, reader.buffer.getInt());
    return reader;
  }

  /** Reads the vectors that follow a header. */
  final class Reader {
    final long[] header = new long[fields];
    private final ReadableByteChannel channel;
    private final String file;
    private final ByteBuffer buffer = buffer();
    private final CRC32C crc = new CRC32C();

    private Reader(ReadableByteChannel channel, String file) {
      this.channel = channel;
      this.file = file;
    }

    ModelState model(int length, long slots, long step) throws IOException {
      float[] parameters = floats(length);
      List<float[]> values = new ArrayList<>();
      while (values.size() < slots) {
        values.add(floats(length));
      }
      return new ModelState(parameters, values, step);
    }

    private float[] floats(int length) throws IOException {
      float[] values = new float[length];
      int most = CHUNK_BYTES / Float.BYTES;
      for (int i = 0; i < length; i += most) {
        int count = Math.min(most, length - i);
        fill(count * Float.BYTES);
        buffer.asFloatBuffer().get(values, i, count);
        crc.update(buffer);
      }
      return values;
    }

    double[] doubles(int length) throws IOException {
      double[] values = new double[length];
      int most = CHUNK_BYTES / Double.BYTES;
      for (int i = 0; i < length; i += most) {
        int count = Math.min(most, length - i);
        fill(count * Double.BYTES);
        buffer.asDoubleBuffer().get(values, i, count);
        crc.update(buffer);
      }
      return values;
    }

    void end() throws IOException {
      fill(Integer.BYTES);
      expect("floats with CRC", (int) crc.getValue(), buffer.getInt());
    }

    private void fill(int bytes) throws IOException {
      buffer.clear().limit(bytes);
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new ModelFormatException(
              String.format(
                  Locale.ROOT,
                  "Expected %d bytes more, found the end (%s)",
                  buffer.remaining(),
                  file),
              new EOFException());
        }
      }
      buffer.flip();
    }

    private void expect(String expected, int value, int found) throws ModelFormatException {
      if (value != found) {
        throw ModelFormatException.expected(
            String.format(Locale.ROOT, "%s %08x", expected, value),
            String.format(Locale.ROOT, "%08x", found),
            file);
      }
    }
  }
}
