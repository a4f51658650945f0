package org.epochflow.endtoend;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Small data sets under MNIST's names: noise, with a bright stripe where the label says, or a part
 * of another data set.
 */
final class Data {
  private Data() {}

  /**
   * Writes four files.
   *
   * @param image (height, width) or (height, width, channels); the height is at least the classes
   */
  static Path write(Path folder, int train, int test, int classes, int... image)
      throws IOException {
    Files.createDirectories(folder);
    write(folder, "train", train, classes, image);
    write(folder, "t10k", test, classes, image);
    return folder;
  }

  private static void write(Path folder, String part, int records, int classes, int... image)
      throws IOException {
    Random random = new Random(records);
    int size = 1;
    for (int dimension : image) {
      size *= dimension;
    }
    int row = size / image[0];
    byte[] pixels = new byte[records * size];
    byte[] labels = new byte[records];
    random.nextBytes(pixels);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ((pixels[i] & 0xff) / 4);
    }
    for (int i = 0; i < records; i++) {
      labels[i] = (byte) random.nextInt(classes);
      for (int j = 0; j < row; j++) {
        pixels[i * size + labels[i] * row + j] = (byte) (160 + random.nextInt(90));
      }
    }
    int[] shape = new int[image.length + 1];
    shape[0] = records;
    System.arraycopy(image, 0, shape, 1, image.length);
    idx(folder.resolve(part + "-images-idx3-ubyte"), pixels, shape);
    idx(folder.resolve(part + "-labels-idx1-ubyte"), labels, records);
  }

  /**
   * Writes the images of some classes, whose labels then begin at 0.
   *
   * @param from a folder with four gzipped files of images (height, width)
   * @param most how many training images of each class
   */
  static Path classes(Path from, Path folder, int first, int last, int most) throws IOException {
    Files.createDirectories(folder);
    classes(from, folder, "train", first, last, most);
    classes(from, folder, "t10k", first, last, Integer.MAX_VALUE);
    return folder;
  }

  private static void classes(Path from, Path folder, String part, int first, int last, int most)
      throws IOException {
    byte[] records = unzipped(from.resolve(part + "-images-idx3-ubyte.gz"));
    ByteBuffer images = ByteBuffer.wrap(records);
    byte[] labels = unzipped(from.resolve(part + "-labels-idx1-ubyte.gz"));
    int height = images.getInt(8);
    int width = images.getInt(12);
    int[] found = new int[last + 1];
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    ByteArrayOutputStream classes = new ByteArrayOutputStream();
    for (int i = 0; i < images.getInt(4); i++) {
      int label = labels[8 + i];
      if (label >= first && label <= last && found[label]++ < most) {
        pixels.write(records, 16 + i * height * width, height * width);
        classes.write(label - first);
      }
    }
    idx(
        folder.resolve(part + "-images-idx3-ubyte"),
        pixels.toByteArray(),
        classes.size(),
        height,
        width);
    idx(folder.resolve(part + "-labels-idx1-ubyte"), classes.toByteArray(), classes.size());
  }

  private static byte[] unzipped(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  /** Replaces a folder's files by gzipped ones. */
  static void zip(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Path zipped = folder.resolve(file.getFileName() + ".gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
          Files.copy(file, out);
        }
        Files.delete(file);
      }
    }
  }

  /** Writes unsigned bytes as IDX. */
  static void idx(Path file, byte[] content, int... shape) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * shape.length);
    header.putInt(0x0800 + shape.length);
    for (int dimension : shape) {
      header.putInt(dimension);
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.array());
      out.write(content);
    }
  }
}
