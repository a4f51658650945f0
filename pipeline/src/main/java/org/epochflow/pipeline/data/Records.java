package org.epochflow.pipeline.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxReader;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/**
 * The records of files in canonical IDX: unsigned bytes, images {@code (n, height, width)} or
 * {@code (n, height, width, channels)} and, if they are labelled, one label for each. Several files
 * are one sequence of records, numbered from 0.
 *
 * <p>Headers are read and checked once, when the files are opened; a reader trusts them. Immutable,
 * so that many threads and workers can read from one.
 *
 * @param parts the files in order; all images have one shape
 */
public record Records(List<Part> parts) implements Serializable {
  /** No records. */
  public static final Records NONE = new Records(List.of());

  /**
   * An IDX file whose header is known.
   *
   * @param path absolute
   * @param name what messages call it: the file that a user named
   */
  public record IdxFile(String path, String name, IdxHeader header) implements Serializable {}

  /**
   * A file of images and, if they are labelled, the file of their labels.
   *
   * @param labels null if the images have none
   */
  public record Part(IdxFile images, @Nullable IdxFile labels) implements Serializable {
    /**
     * Opens a pair of files.
     *
     * @param names what messages call them
     * @throws IdxFormatException naming the file that does not hold images or labels, holds none,
     *     or holds more or fewer labels than images
     */
    public static Part open(Source files, Source names) throws IOException {
      IdxFile images = images(files.images(), names.images());
      return new Part(images, labels(files.labels(), names.labels(), images));
    }

    /** Opens a file of images without labels. */
    public static Part open(String images, String name) throws IOException {
      return new Part(images(images, name), null);
    }

    private static IdxFile images(String path, String name) throws IOException {
      try (ReadableByteChannel in = Storage.open(path)) {
        IdxHeader header = IdxHeader.readImages(in, Storage.size(path), name);
        header.requireRecords(name);
        return new IdxFile(path, name, header);
      }
    }

    private static IdxFile labels(String path, String name, IdxFile images) throws IOException {
      try (ReadableByteChannel in = Storage.open(path)) {
        IdxHeader header = IdxHeader.readLabels(in, Storage.size(path), name);
        header.requireOnePerImage(name, images.header, images.name);
        return new IdxFile(path, name, header);
      }
    }

    /** How many records it has. */
    public int count() {
      return images.header.records();
    }

    /** The file of labels of images that are labelled. */
    public IdxFile labelled() {
      return Objects.requireNonNull(labels, "labels of " + images.name);
    }
  }

  public Records {
    parts = List.copyOf(parts);
  }

  /**
   * Opens pairs of files.
   *
   * @throws IdxFormatException naming the file that is not what it should be
   * @throws BadDataException if their images differ in shape
   */
  public static Records open(List<Source> files) throws IOException {
    List<Part> parts = new ArrayList<>();
    for (Source source : files) {
      parts.add(Part.open(source, source));
    }
    return of(parts);
  }

  /**
   * The records of several parts as one sequence.
   *
   * @throws BadDataException if their images differ in shape
   */
  public static Records of(List<Part> parts) throws BadDataException {
    Records records = new Records(parts);
    for (Part part : parts) {
      if (!part.images.header.recordShape().equals(records.image().dimensions())) {
        throw new BadDataException(
            "Expected images of %s, as in %s, found %s (%s)"
                .formatted(
                    records.image(),
                    parts.get(0).images.name,
                    new Shape(part.images.header.recordShape()),
                    part.images.name));
      }
    }
    return records;
  }

  public boolean isEmpty() {
    return parts.isEmpty();
  }

  /** How many records there are in all. */
  public long count() {
    return start(parts.size());
  }

  /** The number of a part's first record in the sequence. */
  public long start(int part) {
    return parts.stream().limit(part).mapToLong(Part::count).sum();
  }

  /** The shape of an image: {@code (height, width)} or {@code (height, width, channels)}. */
  public Shape image() {
    return new Shape(parts.get(0).images.header.recordShape());
  }

  /** What messages call the first file of images. */
  public String name() {
    return parts.get(0).images.name;
  }

  /** The files that a reader opens. */
  public List<String> paths() {
    return parts.stream()
        .flatMap(part -> Stream.of(part.images, part.labels))
        .filter(Objects::nonNull)
        .map(IdxFile::path)
        .toList();
  }

  /** A reader of these records; to be closed. */
  public Reader reader() {
    return new Reader(
        new Sequence(parts.stream().map(Part::images).toList()),
        new Sequence(parts.stream().map(Part::labels).filter(Objects::nonNull).toList()));
  }

  /**
   * Reads ranges of records. It keeps at most one file of images and one of labels open, and opens
   * neither before it is asked for. For one thread at a time.
   */
  public static final class Reader implements Closeable {
    private final Sequence images;
    private final Sequence labels;

    private Reader(Sequence images, Sequence labels) {
      this.images = images;
      this.labels = labels;
    }

    /**
     * The pixels of some images, one unsigned byte each, image after image.
     *
     * @throws IdxFormatException if a file is shorter than its header says
     * @throws IndexOutOfBoundsException if there are no such records
     */
    public byte[] images(long first, int count) throws IOException {
      return images.read(first, count);
    }

    /** The labels of some images, one unsigned byte each; errors as of {@link #images}. */
    public byte[] labels(long first, int count) throws IOException {
      return labels.read(first, count);
    }

    @Override
    public void close() throws IOException {
      images.close();
      labels.close();
    }
  }

  /** Files that are read one after the other. */
  private static final class Sequence implements Closeable {
    private final List<IdxFile> files;
    private final long[] starts;
    private int current = -1;
    private @Nullable SeekableByteChannel channel;

    Sequence(List<IdxFile> files) {
      this.files = files;
      starts = new long[files.size()];
      for (int file = 1; file < starts.length; file++) {
        starts[file] = starts[file - 1] + files.get(file - 1).header.records();
      }
    }

    byte[] read(long first, int count) throws IOException {
      int found = Arrays.binarySearch(starts, first);
      int file = found >= 0 ? found : Math.max(0, -found - 2);
      boolean last = file == files.size() - 1;
      int here = last ? count : (int) Math.min(count, starts[file + 1] - first);
      byte[] read = read(file, Math.toIntExact(first - starts[file]), here);
      return here == count ? read : joined(read, read(first + here, count - here));
    }

    private static byte[] joined(byte[] one, byte[] other) {
      byte[] both = Arrays.copyOf(one, one.length + other.length);
      System.arraycopy(other, 0, both, one.length, other.length);
      return both;
    }

    private byte[] read(int number, int first, int count) throws IOException {
      IdxFile file = files.get(number);
      SeekableByteChannel in = channel;
      if (in == null || number != current) {
        close();
        in = Storage.seekable(file.path);
        channel = in;
        current = number;
      }
      return new IdxReader(in, file.header, file.path).read(first, count);
    }

    @Override
    public void close() throws IOException {
      if (channel != null) {
        channel.close();
        channel = null;
      }
    }
  }
}
