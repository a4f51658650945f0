package org.epochflow.pipeline.run;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.DataSet;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.store.Storage;

/**
 * Writes a data set in a format that other programs read, and that is the same data set again.
 *
 * <p>{@link Format#IDX}: the four files under MNIST's names, gzipped. {@link Format#NPZ}: {@code
 * data.npz} with Keras's arrays. {@link Format#PNG}: {@code train/CLASS/000123.png}, numbered over
 * the whole part, so that they come again in the same order. If the data name their classes, {@code
 * class_names.txt} has the names, a line each.
 */
public final class Conversion {
  private static final int CHUNK_BYTES = 1 << 24;
  private static final int COLOURS = 3;
  private static final int BUFFER = 1 << 16;
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNED = 64;
  private final PreparedData data;
  private final String folder;

  /** What is written. */
  public enum Format {
    IDX,
    NPZ,
    PNG
  }

  /**
   * A conversion.
   *
   * @param folder for the files; those of the same names are replaced
   */
  public Conversion(PreparedData data, String folder) {
    this.data = data;
    this.folder = folder;
  }

  /**
   * Writes all files, and returns the names of those that stand right in the folder.
   *
   * @throws BadDataException if the format cannot hold the images
   */
  public List<String> write(Format format) throws IOException {
    List<String> names = new ArrayList<>();
    switch (format) {
      case IDX -> writeIdx(names);
      case NPZ -> writeNpz(names);
      case PNG -> writePng(names);
    }
    if (!data.classNames().isEmpty()) {
      String name = "class_names.txt";
      Storage.writeText(folder + "/" + name, String.join("\n", data.classNames()) + "\n");
      names.add(name);
    }
    return names;
  }

  private Records of(Part part) {
    return part == Part.TRAIN ? data.train() : data.test();
  }

  private List<Part> parts() {
    return List.of(Part.values()).stream().filter(part -> !of(part).isEmpty()).toList();
  }

  /** Takes the kept records of a chunk. */
  @FunctionalInterface
  private interface Use {
    void take(byte[] pixels, byte[] labels) throws IOException;
  }

  /** Gives all records that are kept, in order, some at a time. */
  private void forEach(Part part, Use use) throws IOException {
    Records records = of(part);
    int classes = counted(part).classes();
    int size = records.image().size();
    int chunk = Math.max(1, CHUNK_BYTES / size);
    try (Records.Reader reader = records.reader()) {
      for (long first = 0; first < records.count(); first += chunk) {
        int count = (int) Math.min(chunk, records.count() - first);
        byte[] labels = reader.labels(first, count);
        byte[] pixels = reader.images(first, count);
        int kept = 0;
        for (int i = 0; i < count; i++) {
          if ((labels[i] & 0xff) < classes) {
            System.arraycopy(pixels, i * size, pixels, kept * size, size);
            labels[kept++] = labels[i];
          }
        }
        use.take(Arrays.copyOf(pixels, kept * size), Arrays.copyOf(labels, kept));
      }
    }
  }

  private Manifest counted(Part part) {
    return part == Part.TRAIN ? data.dataSet().train() : data.dataSet().test();
  }

  private void writeIdx(List<String> names) throws IOException {
    int[] shape = shape();
    for (Part part : parts()) {
      byte[] labels = labels(part);
      gzip(part.images(), IdxHeader.images(labels.length, shape), names, out -> pixels(part, out));
      gzip(part.labels(), IdxHeader.labels(labels.length), names, out -> out.write(labels));
    }
  }

  private void gzip(String name, IdxHeader header, List<String> names, Storage.Content content)
      throws IOException {
    String file = name + ".gz";
    Storage.write(
        folder + "/" + file,
        out -> {
          GZIPOutputStream packed = new GZIPOutputStream(out, BUFFER);
          packed.write(header.encoded().array());
          content.writeTo(packed);
          packed.finish();
        });
    names.add(file);
  }

  private int[] shape() {
    return data.image().dimensions().stream().mapToInt(Integer::intValue).toArray();
  }

  private void pixels(Part part, OutputStream out) throws IOException {
    forEach(part, (pixels, labels) -> out.write(pixels));
  }

  /** The labels of all records that are kept; no image is read for them. */
  private byte[] labels(Part part) throws IOException {
    Records records = of(part);
    int classes = counted(part).classes();
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    try (Records.Reader reader = records.reader()) {
      for (long first = 0; first < records.count(); first += CHUNK_BYTES) {
        int count = (int) Math.min(CHUNK_BYTES, records.count() - first);
        for (byte label : reader.labels(first, count)) {
          if ((label & 0xff) < classes) {
            kept.write(label);
          }
        }
      }
    }
    return kept.toByteArray();
  }

  private void writeNpz(List<String> names) throws IOException {
    String file = "data.npz";
    Storage.write(
        folder + "/" + file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Part part : parts()) {
            List<Integer> sizes =
                new ArrayList<>(List.of(Math.toIntExact(counted(part).examples())));
            sizes.addAll(data.image().dimensions());
            array(zip, "x_" + part.word(), sizes, values -> pixels(part, values));
            byte[] labels = labels(part);
            array(zip, "y_" + part.word(), sizes.subList(0, 1), values -> values.write(labels));
          }
          zip.finish();
        });
    names.add(file);
  }

  private static void array(
      ZipOutputStream zip, String name, List<Integer> sizes, Storage.Content content)
      throws IOException {
    String shape = sizes.stream().map(String::valueOf).collect(Collectors.joining(", "));
    String header =
        "{'descr': '|u1', 'fortran_order': False, 'shape': (%s%s), }"
            .formatted(shape, sizes.size() == 1 ? "," : "");
    int length = (MAGIC.length + 2 + header.length()) / ALIGNED * ALIGNED + ALIGNED;
    String padded = header + " ".repeat(length - MAGIC.length - 2 - header.length() - 1) + "\n";
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0)); // the same data are the same bytes
    zip.putNextEntry(entry);
    zip.write(MAGIC);
    zip.write(padded.length()); // of fewer than 256 bytes, little-endian
    zip.write(0);
    zip.write(padded.getBytes(StandardCharsets.US_ASCII));
    content.writeTo(zip);
    zip.closeEntry();
  }

  private void writePng(List<String> names) throws IOException {
    Shape image = data.image().withChannels();
    if (image.channels() != 1 && image.channels() != COLOURS) {
      throw new BadDataException(
          "Expected images of 1 or 3 channels for --format=png, found " + image);
    }
    List<String> classes = folderNames();
    for (Part part : parts()) {
      int[] number = {0};
      forEach(
          part,
          (pixels, labels) -> {
            int first = number[0];
            number[0] += labels.length;
            List<IOException> faults =
                IntStream.range(0, labels.length)
                    .parallel()
                    .mapToObj(
                        i ->
                            draw(
                                image,
                                pixels,
                                i,
                                String.format(
                                    Locale.ROOT,
                                    "%s/%s/%s/%06d.png",
                                    folder,
                                    part.word(),
                                    classes.get(labels[i] & 0xff),
                                    first + i)))
                    .flatMap(Optional::stream)
                    .toList();
            if (!faults.isEmpty()) {
              throw faults.get(0);
            }
          });
      names.add(part.word());
    }
  }

  /** The classes as folders whose names sort as their labels; numbers get zeros in front. */
  private List<String> folderNames() {
    List<String> names = data.classNames();
    int classes = data.dataSet().train().classes();
    boolean usable =
        names.stream().sorted().toList().equals(names)
            && names.stream().noneMatch(name -> name.matches("\\..*|.*[/\\\\].*"));
    if (!names.isEmpty() && usable) {
      return names;
    }
    int digits = String.valueOf(largestLabel()).length();
    return IntStream.range(0, classes)
        .mapToObj(label -> String.format(Locale.ROOT, "%0" + digits + "d", label))
        .toList();
  }

  private int largestLabel() {
    DataSet set = data.dataSet();
    return IntStream.range(0, set.train().classes())
        .filter(label -> set.train().perClass().get(label) + set.test().perClass().get(label) > 0)
        .max()
        .orElse(0);
  }

  /** Draws an image of a chunk; what stands in the way of it is for the caller to throw. */
  private static Optional<IOException> draw(Shape image, byte[] chunk, int index, String file) {
    int size = image.size();
    byte[] pixels = Arrays.copyOfRange(chunk, index * size, (index + 1) * size);
    boolean grey = image.channels() == 1;
    BufferedImage picture =
        new BufferedImage(
            image.width(),
            image.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    picture.getRaster().setDataElements(0, 0, image.width(), image.height(), pixels);
    try {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      ImageIO.write(picture, "png", png);
      Storage.write(file, out -> out.write(png.toByteArray()));
      return Optional.empty();
    } catch (IOException fault) {
      return Optional.of(fault);
    }
  }
}
