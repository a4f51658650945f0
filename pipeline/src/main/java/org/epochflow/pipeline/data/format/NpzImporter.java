package org.epochflow.pipeline.data.format;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxWriter;
import org.epochflow.model.json.Excerpt;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;

/**
 * NumPy's {@code .npz} files with the arrays of Keras's {@code mnist.npz}: {@code x_train} and
 * {@code y_train}, {@code x_test} and {@code y_test}, or one of the pairs; other names by an
 * option.
 *
 * <p>Images are uint8, {@code (n, height, width)} or {@code (n, height, width, channels)}; labels
 * are integers of 0 to 255 in any integer type, {@code (n,)}; both in C order.
 *
 * <p>The file is a zip, stored or deflated, with a {@code .npy} for each array: the bytes 93 {@code
 * NUMPY}, two bytes of version, the length of the header (little-endian; 2 bytes in version 1, 4 in
 * later ones), the header (a Python dictionary of {@code descr}, {@code fortran_order} and {@code
 * shape}), then the values, last index fastest.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy's
 *     format</a>
 */
final class NpzImporter implements Importer {
  private static final String SUFFIX = ".npy";
  private static final int BUFFER = 1 << 16;

  private static String images(Part part, Reading reading) {
    List<String> names = reading.npzNames();
    return names.isEmpty() ? "x_" + part.word() : names.get(part == Part.TRAIN ? 0 : 2);
  }

  private static String labels(Part part, Reading reading) {
    List<String> names = reading.npzNames();
    return names.isEmpty() ? "y_" + part.word() : names.get(part == Part.TRAIN ? 1 : 3);
  }

  @Override
  public String format(Part part) {
    return format(part, Reading.AS_IT_IS);
  }

  private static String format(Part part, Reading reading) {
    return "an .npz file with %s and %s".formatted(images(part, reading), labels(part, reading));
  }

  @Override
  public boolean reads(String path) throws IOException {
    if (!Storage.isFile(path)) {
      return false;
    }
    try (ZipInputStream zip = new ZipInputStream(Storage.stream(path))) {
      ZipEntry first = zip.getNextEntry();
      return first != null && first.getName().endsWith(SUFFIX);
    } catch (ZipException | IllegalArgumentException noZip) {
      return false;
    }
  }

  @Override
  public List<Source> find(String path, Part part, Reading reading) throws IOException {
    Set<String> names = new HashSet<>();
    forEach(path, (name, array) -> names.add(name));
    String images = images(part, reading);
    String labels = labels(part, reading);
    boolean both =
        Importer.hasBoth(images, names.contains(images), labels, names.contains(labels), path);
    return both ? List.of(Source.of(path)) : List.of();
  }

  @Override
  public Imported open(Source source, Wanted wanted) throws IOException {
    String path = source.images();
    String images = images(wanted.part(), wanted.reading());
    String labels = labels(wanted.part(), wanted.reading());
    Source names = new Source(path + ", " + images, path + ", " + labels);
    Source files = wanted.target();
    Map<String, Npy> written = new TreeMap<>();
    forEach(
        path,
        (name, array) -> {
          if (name.equals(images)) {
            Npy npy = Npy.read(array, names.images());
            Storage.writeScratch(files.images(), out -> npy.writeImages(array, out));
            written.put(name, npy);
          } else if (name.equals(labels)) {
            Npy npy = Npy.read(array, names.labels());
            Storage.writeScratch(files.labels(), out -> npy.writeLabels(array, out));
            written.put(name, npy);
          }
        });
    Npy x = written.get(images);
    Npy y = written.get(labels);
    if (x == null || y == null) {
      throw Npy.fault(format(wanted.part(), wanted.reading()), written.keySet().toString(), path);
    } else if (x.shape[0] != y.shape[0]) {
      String expected = String.format(Locale.ROOT, "%d labels, as many as images", x.shape[0]);
      throw Npy.fault(expected, String.valueOf(y.shape[0]), names.labels());
    }
    return new Imported(Records.Part.open(files, names));
  }

  /** Takes an array, which it may read or not. */
  @FunctionalInterface
  private interface Use {
    void take(String name, InputStream array) throws IOException;
  }

  private static void forEach(String path, Use use) throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Storage.stream(path), BUFFER))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(SUFFIX)) {
          String name = entry.getName();
          use.take(name.substring(0, name.length() - SUFFIX.length()), zip);
        }
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new BadDataException(
          "Expected an intact .npz file, found %s (%s)"
              .formatted(Excerpt.of(e.getMessage()), path));
    }
  }

  /**
   * The header of an array.
   *
   * @param name what messages call the array
   * @param type NumPy's code, for instance {@code <i8}
   */
  private record Npy(String name, String type, int[] shape) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MOST_HEADER = 1 << 16;
    private static final Pattern TYPE = Pattern.compile("'descr': *'([^']*)'");
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
            .map(size -> size.strip().replaceFirst("L$", ""))
            .filter(size -> !size.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
      } catch (NumberFormatException e) {
        throw fault("sizes of 0 to " + Integer.MAX_VALUE, "(" + shape + ")", name);
      }
    }

    void writeImages(InputStream in, OutputStream out) throws IOException {
      if (!type.endsWith("u1") || (shape.length != 3 && shape.length != 4)) {
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
            "labels of 0 to 255",
            String.format(Locale.ROOT, "%d at record %d", value, record),
            name);
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

    private static BadDataException fault(String expected, String found, String name) {
      String shown = Excerpt.of(found);
      return new BadDataException("Expected %s, found %s (%s)".formatted(expected, shown, name));
    }

    /** {@code |u1 (60000, 28, 28)}. */
    @Override
    public String toString() {
      return type + " " + Arrays.toString(shape).replace('[', '(').replace(']', ')');
    }
  }
}
