package org.epochflow.pipeline.data.format;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxType;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.store.Storage;

/**
 * IDX files of other types than bytes, made canonical.
 *
 * <p>Pixels: whole numbers of 0 to 255 stay what they are. Of floats that are all in 0 to 1, white
 * is 1; of others in 0 to 255 it is 255. They are rounded to the nearest byte, half up.
 *
 * <p>Labels: whole numbers of 0 to 255 of any type, {@code (n,)} or {@code (n, 1)}; or {@code (n,
 * 8)} as QMNIST has them, of which the first is the class.
 */
final class IdxValues {
  private static final int BUFFER = 1 << 16;
  private static final int MOST = 255;
  private static final int QMNIST_COLUMNS = 8;

  private IdxValues() {}

  /** Whether a file holds images whose values are not bytes. */
  static boolean areImages(String file) throws IOException {
    return header(file)
        .filter(header -> header.type() != IdxType.U8)
        .filter(header -> header.sizes().size() == 3 || header.sizes().size() == 4)
        .filter(header -> header.recordBytes() > 0 && header.records() > 0)
        .isPresent();
  }

  /** Whether a file holds labels that are not bytes, or more than one number for each record. */
  static boolean areLabels(String file) throws IOException {
    return header(file)
        .filter(header -> header.sizes().size() <= 2 && header.records() > 0)
        .filter(header -> header.type() != IdxType.U8 || header.sizes().size() == 2)
        .isPresent();
  }

  /** What is no IDX file at all is refused when it is opened. */
  private static Optional<IdxHeader> header(String file) throws IOException {
    try (ReadableByteChannel in = Storage.open(file)) {
      return Optional.of(IdxHeader.read(in, Storage.size(file), file));
    } catch (IdxFormatException none) {
      return Optional.empty();
    }
  }

  /**
   * Writes images as bytes, and returns their file.
   *
   * @param name what messages call the file
   * @throws BadDataException if a value is none of a pixel
   */
  static String images(String file, String name, String target) throws IOException {
    IdxHeader header = header(file).orElseThrow();
    double[] range = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    forEach(
        file,
        header,
        value -> {
          range[0] = Math.min(range[0], value);
          range[1] = Math.max(range[1], value);
        });
    // Neither comparison holds of NaN, which the minimum of anything with it is.
    if (!(range[0] >= 0 && range[1] <= MOST)) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected pixels of 0 to 1 or of 0 to 255, found %s to %s (%s)",
              range[0],
              range[1],
              name));
    }
    boolean floats = header.type() == IdxType.F32 || header.type() == IdxType.F64;
    double white = floats && range[1] <= 1 ? MOST : 1;
    int[] shape = header.recordShape().stream().mapToInt(Integer::intValue).toArray();
    Storage.writeScratch(
        target,
        out -> {
          out.write(IdxHeader.images(header.records(), shape).encoded().array());
          BufferedOutputStream bytes = new BufferedOutputStream(out, BUFFER);
          forEach(file, header, value -> bytes.write((int) Math.floor(value * white + 0.5)));
          bytes.flush();
        });
    return target;
  }

  /**
   * Writes labels as bytes, and returns their file.
   *
   * @param name what messages call the file
   * @throws BadDataException if a value is no label of 0 to 255, or if there are several of a
   *     record
   */
  static String labels(String file, String name, String target) throws IOException {
    IdxHeader header = header(file).orElseThrow();
    int columns = header.sizes().size() == 1 ? 1 : header.sizes().get(1);
    if (columns != 1 && columns != QMNIST_COLUMNS) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected a label for each record, or QMNIST's 8 numbers, found %d x %d (%s)",
              header.records(),
              columns,
              name));
    }
    byte[] labels = new byte[header.records()];
    double[] wrong = {Double.NaN, -1};
    int[] at = {0};
    forEach(
        file,
        header,
        value -> {
          int record = at[0] / columns;
          if (at[0]++ % columns == 0) {
            if (!(value >= 0 && value <= MOST && value == Math.rint(value)) && wrong[1] < 0) {
              wrong[0] = value;
              wrong[1] = record;
            }
            labels[record] = (byte) value;
          }
        });
    if (wrong[1] >= 0) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected labels of 0 to 255, found %s at record %d (%s)",
              String.valueOf(wrong[0]).replaceFirst("\\.0$", ""),
              (int) wrong[1],
              name));
    }
    Storage.writeScratch(
        target,
        out -> {
          out.write(IdxHeader.labels(labels.length).encoded().array());
          out.write(labels);
        });
    return target;
  }

  /** Takes a value. */
  @FunctionalInterface
  private interface Use {
    void accept(double value) throws IOException;
  }

  private static void forEach(String file, IdxHeader header, Use use) throws IOException {
    long left = header.fileBytes() - header.dataOffset();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Storage.stream(file), BUFFER))) {
      in.skipNBytes(header.dataOffset());
      while (left > 0) {
        byte[] some = in.readNBytes((int) Math.min(BUFFER, left));
        left = some.length == 0 ? 0 : left - some.length;
        ByteBuffer values = ByteBuffer.wrap(some);
        while (values.remaining() >= header.type().bytes()) {
          use.accept(next(values, header.type()));
        }
      }
    }
  }

  private static double next(ByteBuffer values, IdxType type) {
    return switch (type) {
      case U8 -> values.get() & 0xff;
      case S8 -> values.get();
      case I16 -> values.getShort();
      case I32 -> values.getInt();
      case F32 -> values.getFloat();
      case F64 -> values.getDouble();
    };
  }
}
