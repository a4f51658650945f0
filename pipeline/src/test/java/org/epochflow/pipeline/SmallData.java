package org.epochflow.pipeline;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxWriter;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PrepareData;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.data.Source;

/** Seeded data sets of a few small images, and the repository's real ones. */
public final class SmallData {
  public static final int HEIGHT = 8;
  public static final int WIDTH = 6;
  public static final int CLASSES = 4;

  private SmallData() {}

  /** Random labels; images that are brighter in their class's corner, so that they are learnt. */
  public static Source random(Path folder, String name, int records, long seed) throws IOException {
    Random random = new Random(seed);
    byte[] labels = new byte[records];
    byte[] pixels = new byte[records * HEIGHT * WIDTH];
    for (int i = 0; i < records; i++) {
      labels[i] = (byte) random.nextInt(CLASSES);
      for (int p = 0; p < HEIGHT * WIDTH; p++) {
        boolean bright = (p / WIDTH < HEIGHT / 2 ? 0 : 2) + (p % WIDTH < 3 ? 0 : 1) == labels[i];
        pixels[i * HEIGHT * WIDTH + p] = (byte) (random.nextInt(156) + (bright ? 100 : 0));
      }
    }
    return write(folder, name, labels, pixels);
  }

  /** Images of {@link #HEIGHT} x {@link #WIDTH}. */
  public static Source write(Path folder, String name, byte[] labels, byte[] pixels)
      throws IOException {
    return write(folder, name, labels, pixels, HEIGHT, WIDTH);
  }

  public static Source write(Path folder, String name, byte[] labels, byte[] pixels, int... shape)
      throws IOException {
    Files.createDirectories(folder);
    Path images = folder.resolve(name + "-images-idx3-ubyte");
    Path labelFile = folder.resolve(name + "-labels-idx1-ubyte");
    write(images, IdxHeader.images(labels.length, shape), pixels);
    write(labelFile, IdxHeader.labels(labels.length), labels);
    return new Source(images.toString(), labelFile.toString());
  }

  private static void write(Path file, IdxHeader header, byte[] records) throws IOException {
    try (IdxWriter writer =
        new IdxWriter(
            FileChannel.open(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            header)) {
      writer.write(records);
    }
  }

  /** Three training files and a test file, two of their labels beyond the classes. */
  public static DataFiles withRejected(Path folder) throws IOException {
    Source second = random(folder, "b", 77, 2);
    byte[] labels = Files.readAllBytes(Path.of(second.labels()));
    labels[8 + 3] = CLASSES;
    labels[8 + 40] = (byte) 255;
    Files.write(Path.of(second.labels()), labels);
    return new DataFiles(
        List.of(random(folder, "a", 120, 1), second, random(folder, "c", 1, 3)),
        List.of(random(folder, "t", 50, 4)));
  }

  /** A sound training and test file. */
  public static DataFiles sound(Path folder, int train, int test) throws IOException {
    return new DataFiles(
        List.of(random(folder, "train", train, 5)), List.of(random(folder, "t10k", test, 6)));
  }

  /** Ingests files by the DirectRunner. */
  public static PreparedData prepare(Path folder, DataFiles files, int classes, long maxRejected)
      throws IOException {
    return new PrepareData(files, classes, folder.toString())
        .read(Direct.execution(2), RejectionBudget.ofCount(maxRejected), data -> {});
  }

  /** The files that a data set was prepared from, where they were canonical already. */
  public static DataFiles files(PreparedData data) {
    return new DataFiles(sources(data.train()), sources(data.test()));
  }

  private static List<Source> sources(Records records) {
    return records.parts().stream()
        .map(part -> new Source(part.images().name(), part.labels().name()))
        .toList();
  }

  /** The repository's folder of that name, wherever the tests run. */
  public static Path testdata(String name) {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("testdata").resolve(name);
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    throw new IllegalStateException("Expected testdata/" + name + " above " + Path.of(""));
  }

  /** The real images, gzipped as they are. */
  public static DataFiles fashionMnistMini() {
    return new DataFiles(List.of(mini("train")), List.of(mini("t10k")));
  }

  private static Source mini(String part) {
    String prefix = testdata("fashion-mnist-mini").resolve(part).toString();
    return new Source(prefix + "-images-idx3-ubyte.gz", prefix + "-labels-idx1-ubyte.gz");
  }
}
