package org.epochflow.pipeline.data;

import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxReader;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.store.Storage;

/**
 * Files of images without labels, unpacked: one sequence of records of one shape.
 *
 * @param paths absolute, in order
 * @param counts how many records each file has
 * @param shape of an image: (height, width) or (height, width, channels)
 */
public record ImageFiles(List<String> paths, List<Integer> counts, Shape shape)
    implements Serializable {
  /** Takes some images, the first of which has this index. */
  @FunctionalInterface
  public interface Images {
    void take(long index, int images, byte[] pixels) throws IOException;
  }

  public ImageFiles {
    paths = List.copyOf(paths);
    counts = List.copyOf(counts);
  }

  /**
   * Looks at every file's header.
   *
   * @param names what messages call the files
   * @throws IdxFormatException naming a file that does not hold images, or others than the first
   */
  public static ImageFiles of(List<String> paths, List<String> names) throws IOException {
    List<Integer> counts = new ArrayList<>();
    Shape shape = new Shape(header(paths.get(0), names.get(0)).recordShape());
    for (int i = 0; i < paths.size(); i++) {
      IdxHeader header = header(paths.get(i), names.get(i));
      Shape other = new Shape(header.recordShape());
      if (!other.equals(shape)) {
        throw new IdxFormatException(
            names.get(i),
            8,
            "images of %s, as in %s,".formatted(shape, names.get(0)),
            other.toString());
      }
      counts.add(header.records());
    }
    return new ImageFiles(paths, counts, shape);
  }

  private static IdxHeader header(String path, String name) throws IOException {
    try (ReadableByteChannel in = Storage.open(path)) {
      IdxHeader header = IdxHeader.readImages(in, Storage.size(path), name);
      header.requireRecords(name);
      return header;
    }
  }

  /** How many images there are in all. */
  public long images() {
    return counts.stream().mapToLong(Integer::longValue).sum();
  }

  /** Reads the images {@code from} to {@code to}, some at a time. */
  public void read(long from, long to, int atOnce, Images images) throws IOException {
    long before = 0;
    for (int file = 0; file < paths.size(); file++) {
      int first = (int) Math.max(0, Math.min(counts.get(file), from - before));
      int last = (int) Math.max(0, Math.min(counts.get(file), to - before));
      if (first < last) {
        read(file, first, last, atOnce, before, images);
      }
      before += counts.get(file);
    }
  }

  private void read(int file, int from, int to, int atOnce, long before, Images images)
      throws IOException {
    String path = paths.get(file);
    try (SeekableByteChannel channel = Storage.seekable(path)) {
      IdxReader reader = new IdxReader(channel, header(path, path), path);
      int count;
      for (int first = from; first < to; first += count) {
        count = Math.min(atOnce, to - first);
        images.take(before + first, count, reader.read(first, count));
      }
    }
  }
}
