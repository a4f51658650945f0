package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxWriter;
import org.epochflow.model.json.Excerpt;
import org.epochflow.pipeline.data.BadDataException;

/**
 * The header of a NumPy array, and how its values become IDX.
 *
 * @param name what messages call the array
 * @param type NumPy's code, for instance {@code <i8}
 */
record Npy(String name, String type, int[] shape) {
  private static final int BUFFER = 1 << 16;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MOST_HEADER = 1 << 16;
  private static final Pattern TYPE = Pattern.compile("'descr': *'([!-&(-~]{1,16})'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *False");
  private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([^)]*)\\)");
  private static final Pattern INTEGERS = Pattern.compile("([|<>])([iu])([1248])");

  /** Reads the header; the stream is left at the values. */
  static Npy read(InputStream in, String name) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2
        || !Arrays.equals(MAGIC, Arrays.copyOf(start, MAGIC.length))) {
      throw fault("an array of NumPy", "other bytes", name);
    }
    int width = start[MAGIC.length] == 1 ? Short.BYTES : Integer.BYTES;
    byte[] size = Arrays.copyOf(in.readNBytes(width), Integer.BYTES);
    int length = ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < 0 || length > MOST_HEADER) {
      throw fault(
          String.format(Locale.ROOT, "a header of at most %d bytes", MOST_HEADER),
          "" + length,
          name);
    }
    String header = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    Matcher type = TYPE.matcher(header);
    Matcher shape = SHAPE.matcher(header);
    if (!type.find() || !shape.find() || !ORDER.matcher(header).find()) {
      throw fault("an array of one type in C order", header.strip(), name);
    }
    return new Npy(name, type.group(1), sizes(shape.group(1), name));
  }

  private static int[] sizes(String shape, String name) throws BadDataException {
    try {
      return Arrays.stream(shape.split(","))
          .map(String::strip)
          .filter(size -> !size.isEmpty())
          .map(size -> size.endsWith("L") ? size.substring(0, size.length() - 1) : size)
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw fault("sizes of 0 to " + Integer.MAX_VALUE, "(" + shape + ")", name);
    }
  }

  boolean isImages() {
    return type.endsWith("u1") && (shape.length == 3 || shape.length == 4);
  }

  void writeImages(InputStream in, OutputStream out) throws IOException {
    if (!isImages()) {
      throw fault("uint8 images (n, height, width) or (n, height, width, channels)");
    }
    if (Arrays.stream(shape).anyMatch(size -> size == 0)) {
      throw fault("at least one image of at least one pixel", toString(), name);
    }
    IdxHeader header = header();
    try (IdxWriter writer = new IdxWriter(Channels.newChannel(out), header)) {
      long left = header.fileBytes() - header.dataOffset();
      while (left > 0) {
        byte[] values = values(in, (int) Math.min(BUFFER, left));
        writer.write(values);
        left -= values.length;
      }
      requireEnd(in);
    }
  }

  void writeLabels(InputStream in, OutputStream out) throws IOException {
    Matcher integers = INTEGERS.matcher(type);
    if (!integers.matches() || shape.length != 1) {
      throw fault("integer labels (n,)");
    }
    int bytes = Integer.parseInt(integers.group(3));
    try (IdxWriter writer = new IdxWriter(Channels.newChannel(out), header())) {
      for (int first = 0; first < shape[0]; first += BUFFER) {
        byte[] labels = new byte[Math.min(BUFFER, shape[0] - first)];
        for (int i = 0; i < labels.length; i++) {
          labels[i] = label(integers, values(in, bytes), first + i);
        }
        writer.write(labels);
      }
      requireEnd(in);
    }
  }

  private byte label(Matcher integers, byte[] bytes, int record) throws BadDataException {
    byte[] bigEndian = bytes.clone();
    for (int i = 0; i < bytes.length && !integers.group(1).equals(">"); i++) {
      bigEndian[i] = bytes[bytes.length - 1 - i];
    }
    BigInteger value =
        integers.group(2).equals("u") ? new BigInteger(1, bigEndian) : new BigInteger(bigEndian);
    if (value.signum() < 0 || value.bitLength() > Byte.SIZE) {
      throw fault(
          "labels of 0 to 255", String.format(Locale.ROOT, "%d at record %d", value, record), name);
    }
    return value.byteValue();
  }

  private IdxHeader header() throws BadDataException {
    try {
      return shape.length == 1
          ? IdxHeader.labels(shape[0])
          : IdxHeader.images(shape[0], Arrays.copyOfRange(shape, 1, shape.length));
    } catch (IllegalArgumentException e) {
      throw new BadDataException("%s (%s)".formatted(Excerpt.of(e.getMessage()), name));
    }
  }

  private byte[] values(InputStream in, int count) throws IOException {
    byte[] values = in.readNBytes(count);
    if (values.length < count) {
      throw fault("values of " + this, "fewer", name);
    }
    return values;
  }

  private void requireEnd(InputStream in) throws IOException {
    if (in.read() >= 0) {
      throw fault("values of " + this, "more", name);
    }
  }

  private BadDataException fault(String expected) {
    return fault(expected + " in C order", toString(), name);
  }

  static BadDataException fault(String expected, String found, String name) {
    String shown = Excerpt.of(found);
    return new BadDataException("Expected %s, found %s (%s)".formatted(expected, shown, name));
  }

  /** {@code |u1 (60000, 28, 28)}. */
  @Override
  public String toString() {
    return type + " " + Arrays.toString(shape).replace('[', '(').replace(']', ')');
  }
}
