package org.epochflow.endtoend;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/** Small data sets under MNIST's names: noise, with a bright stripe where the label says. */
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
