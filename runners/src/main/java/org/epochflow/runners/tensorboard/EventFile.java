package org.epochflow.runners.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A file of events for TensorBoard. Each record is a length, its masked CRC-32C, the data, and the
 * masked CRC-32C of the data; the data is a message of TensorFlow's {@code event.proto} and {@code
 * summary.proto}.
 */
final class EventFile implements AutoCloseable {
  private static final int CRC_MASK = 0xa282ead8;
  private static final int STRING_TYPE = 7;
  private final OutputStream out;

  /** Creates the file with its first event, which names the version. */
  EventFile(Path file, double seconds) throws IOException {
    out = Files.newOutputStream(file);
    record(
        message(
            event -> {
              event.writeDouble(1, seconds);
              event.writeString(3, "brain.Event:2");
            }));
  }

  /** Writes the fields of a message, by their numbers in its definition. */
  @FunctionalInterface
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream coded = CodedOutputStream.newInstance(bytes);
    fields.writeTo(coded);
    coded.flush();
    return bytes.toByteArray();
  }

  /** Adds a figure for a step. */
  void scalar(String tag, long step, double seconds, double value) throws IOException {
    summary(
        step,
        seconds,
        out -> {
          out.writeString(1, tag);
          out.writeFloat(2, (float) value);
        });
  }

  /** Adds a text in Markdown. */
  void text(String tag, double seconds, String markdown) throws IOException {
    byte[] plugin = message(out -> out.writeString(1, "text"));
    byte[] metadata = message(out -> out.writeByteArray(1, plugin));
    byte[] tensor =
        message(
            out -> {
              out.writeEnum(1, STRING_TYPE);
              out.writeByteArray(2, new byte[0]);
              out.writeByteArray(8, markdown.getBytes(StandardCharsets.UTF_8));
            });
    summary(
        0,
        seconds,
        out -> {
          out.writeString(1, tag);
          out.writeByteArray(8, tensor);
          out.writeByteArray(9, metadata);
        });
  }

  private void summary(long step, double seconds, Fields value) throws IOException {
    byte[] summary = message(out -> out.writeByteArray(1, message(value)));
    record(
        message(
            event -> {
              event.writeDouble(1, seconds);
              event.writeInt64(2, step);
              event.writeByteArray(5, summary);
            }));
  }

  private void record(byte[] data) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(data.length);
    record.putInt(maskedCrc(record.array(), 0, 8)).put(data);
    record.putInt(maskedCrc(data, 0, data.length));
    out.write(record.array());
    out.flush();
  }

  private static int maskedCrc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + CRC_MASK;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
