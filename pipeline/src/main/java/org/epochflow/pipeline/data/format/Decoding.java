package org.epochflow.pipeline.data.format;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Reading.ImageSize;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.data.format.Importer.Imported;
import org.epochflow.pipeline.data.format.Importer.Wanted;
import org.jspecify.annotations.Nullable;

/** Decodes pictures in parallel into canonical IDX, and keeps what could not be decoded. */
final class Decoding {
  private static final int CHUNK_BYTES = 1 << 25;
  private static final int MOST_IN_CHUNK = 1 << 10;
  private final Source source;
  private final Wanted wanted;
  private final List<Rejected> rejected = new ArrayList<>();

  /**
   * @param source where the pictures are
   */
  Decoding(Source source, Wanted wanted) {
    this.source = source;
    this.wanted = wanted;
  }

  /** The bytes of a picture's file. */
  @FunctionalInterface
  interface Content {
    /**
     * Reads them.
     *
     * @throws BadDataException saying in a few words why the example is left out
     */
    byte[] read() throws IOException;
  }

  /**
   * A picture that is not decoded yet.
   *
   * @param file its path, or that of the file that it is in
   * @param record its number in the file; 0 if it is the file
   * @param label null if it has none
   */
  record Entry(String file, long record, Content content, @Nullable Integer label) {
    String place() {
      return record == 0 ? file : "record " + record + " of " + file;
    }
  }

  /** Pictures one after the other. */
  @FunctionalInterface
  interface Entries extends Closeable {
    /** The next one; null after the last. */
    @Nullable Entry next() throws IOException;

    @Override
    default void close() throws IOException {}
  }

  /** Begins at the first picture. */
  @FunctionalInterface
  interface Opening {
    Entries open() throws IOException;
  }

  /** A picture, or why there is none. */
  private record Decoded(Entry entry, @Nullable Picture picture, @Nullable IOException fault) {
    static Decoded of(Entry entry) {
      try {
        return new Decoded(entry, Picture.decode(entry.content.read()), null);
      } catch (IOException e) {
        return new Decoded(entry, null, e);
      }
    }

    /** What is wrong with the picture; a failing disk or network is no fault of it. */
    String reason() throws IOException {
      IOException why = Objects.requireNonNull(fault);
      if (why instanceof BadDataException) {
        return String.valueOf(why.getMessage());
      }
      throw why;
    }
  }

  /**
   * Decodes all pictures. The first one that can be read decides of what kind they are.
   *
   * @param expected how many there are, at a guess
   * @throws BadDataException if none can be read, or if some are of another kind
   */
  Imported write(Opening opening, int expected) throws IOException {
    Picture first = first(opening);
    Shape shape = first.shape();
    int chunk = Math.max(1, Math.min(MOST_IN_CHUNK, CHUNK_BYTES / shape.size()));
    return new Imported(
        CanonicalWriter.write(
            source,
            wanted.target(),
            shape,
            expected,
            writer -> {
              try (Entries entries = opening.open()) {
                List<Entry> next = next(entries, chunk);
                while (!next.isEmpty()) {
                  write(next, first, writer);
                  next = next(entries, chunk);
                }
              }
            }),
        rejected);
  }

  private static List<Entry> next(Entries entries, int most) throws IOException {
    List<Entry> next = new ArrayList<>();
    while (next.size() < most) {
      Entry entry = entries.next();
      if (entry == null) {
        break;
      }
      next.add(entry);
    }
    return next;
  }

  private Picture first(Opening opening) throws IOException {
    String why = "none";
    try (Entries entries = opening.open()) {
      for (Entry entry = entries.next(); entry != null; entry = entries.next()) {
        Decoded decoded = Decoded.of(entry);
        if (decoded.picture != null) {
          return wanted(decoded.picture);
        } else if (why.equals("none")) {
          why = "none: the first is %s (%s)".formatted(decoded.reason(), entry.place());
        }
      }
    }
    throw new BadDataException("Expected pictures that can be read, found " + why);
  }

  private Picture wanted(Picture picture) {
    Reading reading = wanted.reading();
    Picture coloured = reading.colorMode() == null ? picture : picture.in(reading.colorMode());
    @Nullable ImageSize size = reading.imageSize();
    return size == null ? coloured : coloured.resized(size.height(), size.width());
  }

  private void write(List<Entry> entries, Picture first, CanonicalWriter writer)
      throws IOException {
    for (Decoded decoded : entries.parallelStream().map(this::decoded).toList()) {
      Entry entry = decoded.entry;
      if (decoded.picture == null) {
        long position = (long) writer.count() + rejected.size();
        rejected.add(
            new Rejected(wanted.part(), entry.file, entry.record, position, decoded.reason()));
      } else {
        writer.add(likeFirst(decoded, first).pixels(), entry.label);
      }
    }
  }

  private Decoded decoded(Entry entry) {
    Decoded read = Decoded.of(entry);
    return read.picture == null ? read : new Decoded(entry, wanted(read.picture), null);
  }

  /** Grey among colours is no loss; the rest is for the user to decide. */
  private Picture likeFirst(Decoded decoded, Picture first) throws BadDataException {
    Picture picture = Objects.requireNonNull(decoded.picture);
    boolean sameSize = picture.height() == first.height() && picture.width() == first.width();
    if (sameSize && picture.channels() == first.channels()) {
      return picture;
    } else if (sameSize && picture.channels() == 1) {
      return picture.in(Reading.ColorMode.RGB);
    }
    String option =
        sameSize
            ? "--colorMode=rgb or --colorMode=grayscale"
            : "--imageSize=" + new ImageSize(first.height(), first.width());
    throw new BadDataException(
        "Expected pictures of %s as the first, found %s (%s)%s"
            .formatted(
                first.kind(),
                picture.kind(),
                decoded.entry.place(),
                wanted.labelled() ? "; %s makes them all the same".formatted(option) : ""));
  }
}
