package org.epochflow.model.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.ModelState;

/**
 * A ModelState as it travels between the steps of an epoch, all little-endian:
 *
 * <pre>
 * bytes  0  magic "EPST"
 *        4  version, int32
 *        8  number of parameters, int32
 *       12  number of slots, int32
 *       16  step, int64
 *       24  CRC32C of bytes 0 to 23
 *       28  parameters, then each slot, float32
 *      end  CRC32C of all floats
 * </pre>
 *
 * <p>Floats keep their bits, NaN included. The same state is the same bytes.
 */
public final class StateFile {
  private static final int MAGIC = 'E' | 'P' << 8 | 'S' << 16 | 'T' << 24;
  private static final int VERSION = 2;
  private static final int HEADER_BYTES = 28;
  private static final int CHUNK_BYTES = 1 << 20;

  private StateFile() {}

  /** Writes the state in large pieces; the stream stays open. */
  public static void write(ModelState state, OutputStream out) throws IOException {
    ByteBuffer buffer = buffer();
    buffer.putInt(MAGIC).putInt(VERSION);
    buffer.putInt(state.parameters().length).putInt(state.slots().size());
    buffer.putLong(state.step());
    buffer.putInt(crc(buffer.duplicate().flip()));
    flush(buffer, out);
    CRC32C crc = new CRC32C();
    List<float[]> vectors = new ArrayList<>(state.slots());
    vectors.add(0, state.parameters());
    for (float[] values : vectors) {
      for (int i = 0; i < values.length; i += CHUNK_BYTES / Float.BYTES) {
        int count = Math.min(CHUNK_BYTES / Float.BYTES, values.length - i);
        buffer.asFloatBuffer().put(values, i, count);
        buffer.position(count * Float.BYTES);
        crc.update(buffer.duplicate().flip());
        flush(buffer, out);
      }
    }
    flush(buffer.putInt((int) crc.getValue()), out);
  }

  /**
   * Reads a state up to its last byte; the channel stays open.
   *
   * @param file its name in messages
   */
  public static ModelState read(ReadableByteChannel channel, String file) throws IOException {
    ByteBuffer buffer = buffer();
    fill(buffer, HEADER_BYTES, channel, file);
    int crc = crc(buffer.duplicate().limit(HEADER_BYTES - Integer.BYTES));
    expect("the magic number of a state", MAGIC, buffer.getInt(), file);
    expect("version", VERSION, buffer.getInt(), file);
    int length = buffer.getInt();
    int count = buffer.getInt();
    long step = buffer.getLong();
    expect("a header with CRC", crc, buffer.getInt(), file);
    CRC32C data = new CRC32C();
    float[] parameters = floats(length, buffer, channel, data, file);
    List<float[]> slots = new ArrayList<>();
    while (slots.size() < count) {
      slots.add(floats(length, buffer, channel, data, file));
    }
    fill(buffer, Integer.BYTES, channel, file);
    expect("floats with CRC", (int) data.getValue(), buffer.getInt(), file);
    return new ModelState(parameters, slots, step);
  }

  private static float[] floats(
      int length, ByteBuffer buffer, ReadableByteChannel channel, CRC32C crc, String file)
      throws IOException {
    float[] values = new float[length];
    for (int i = 0; i < length; i += CHUNK_BYTES / Float.BYTES) {
      int count = Math.min(CHUNK_BYTES / Float.BYTES, length - i);
      fill(buffer, count * Float.BYTES, channel, file);
      FloatBuffer chunk = buffer.asFloatBuffer();
      chunk.get(values, i, count);
      crc.update(buffer);
    }
    return values;
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static void flush(ByteBuffer buffer, OutputStream out) throws IOException {
    out.write(buffer.array(), buffer.arrayOffset(), buffer.position());
    buffer.clear();
  }

  private static void fill(ByteBuffer buffer, int bytes, ReadableByteChannel channel, String file)
      throws IOException {
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

  private static void expect(String what, int expected, int found, String file)
      throws ModelFormatException {
    if (expected != found) {
      throw ModelFormatException.expected(
          String.format(Locale.ROOT, "%s %08x", what, expected),
          String.format(Locale.ROOT, "%08x", found),
          file);
    }
  }
}
