package org.epochflow.runners;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxWriter;

/** A data set of a few images of 2 x 2 pixels and two classes, under MNIST's names. */
public final class SmallFiles {
  private SmallFiles() {}

  /** Images that are bright in one class and dark in the other. */
  public static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    write(folder, "train", 40);
    write(folder, "t10k", 10);
    return folder;
  }

  private static void write(Path folder, String part, int records) throws IOException {
    Random random = new Random(7);
    byte[] labels = new byte[records];
    byte[] pixels = new byte[4 * records];
    for (int i = 0; i < records; i++) {
      labels[i] = (byte) (i % 2);
      for (int p = 0; p < 4; p++) {
        pixels[4 * i + p] = (byte) (random.nextInt(100) + 150 * labels[i]);
      }
    }
    write(folder.resolve(part + "-images-idx3-ubyte"), IdxHeader.images(records, 2, 2), pixels);
    write(folder.resolve(part + "-labels-idx1-ubyte"), IdxHeader.labels(records), labels);
  }

  private static void write(Path file, IdxHeader header, byte[] records) throws IOException {
    try (IdxWriter writer =
        new IdxWriter(
            FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            header)) {
      writer.write(records);
    }
  }
}
