package org.epochflow.pipeline.data.format;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Writes records that come one after the other as canonical IDX: images and, if they are labelled,
 * their labels. The header stands in front of them and says how many there are; where fewer or more
 * came than were expected, the file is written once again. For one thread.
 */
final class CanonicalWriter {
  private final OutputStream images;
  private final long recordBytes;
  private final ByteArrayOutputStream labels = new ByteArrayOutputStream();
  private int count;

  private CanonicalWriter(OutputStream images, long recordBytes) {
    this.images = images;
    this.recordBytes = recordBytes;
  }

  /** Gives all records in order. */
  @FunctionalInterface
  interface Content {
    void writeTo(CanonicalWriter writer) throws IOException;
  }

  /** How many images there are by now. */
  int count() {
    return count;
  }

  /**
   * Appends an image.
   *
   * @param pixels unsigned bytes of the images' shape
   * @param label 0 to 255; null if it has none, as all the others
   */
  void add(byte[] pixels, @Nullable Integer label) throws IOException {
    if (pixels.length != recordBytes) {
      throw new IllegalStateException(
          "Expected an image of " + recordBytes + " bytes, found " + pixels.length);
    }
    images.write(pixels);
    count++;
    if (label != null) {
      labels.write(label);
    }
  }

  /**
   * Writes a part of a data set, and opens it.
   *
   * @param names what messages call its images and its labels
   * @param shape of an image
   * @param expected how many records there are, at a guess
   * @throws BadDataException if there are none
   */
  static Records.Part write(Source names, Source target, Shape shape, int expected, Content content)
      throws IOException {
    CanonicalWriter[] written = new CanonicalWriter[1];
    int[] sizes = shape.dimensions().stream().mapToInt(Integer::intValue).toArray();
    Storage.writeScratch(
        target.images(),
        out -> {
          out.write(IdxHeader.images(expected, sizes).encoded().array());
          CanonicalWriter writer = new CanonicalWriter(out, shape.size());
          content.writeTo(writer);
          written[0] = writer;
        });
    int count = written[0].count;
    byte[] labels = written[0].labels.toByteArray();
    if (count == 0) {
      Storage.delete(List.of(target.images()));
      throw new BadDataException(
          "Expected at least one image that can be read, found none (%s)"
              .formatted(names.images()));
    }
    if (count != expected) {
      replaceHeader(target.images(), IdxHeader.images(count, sizes));
    }
    if (labels.length == 0) {
      return Records.Part.open(target.images(), names.images());
    }
    Storage.writeScratch(
        target.labels(),
        out -> {
          out.write(IdxHeader.labels(count).encoded().array());
          out.write(labels);
        });
    return Records.Part.open(target, names);
  }

  private static void replaceHeader(String file, IdxHeader header) throws IOException {
    Storage.writeScratch(
        file,
        out -> {
          out.write(header.encoded().array());
          try (InputStream in = Storage.stream(file)) {
            in.skipNBytes(header.dataOffset());
            in.transferTo(out);
          }
        });
  }
}
