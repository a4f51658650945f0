package org.epochflow.pipeline.data.format;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.epochflow.model.json.Excerpt;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;

/**
 * NumPy's {@code .npz} files with the arrays of Keras's {@code mnist.npz}: {@code x_train} and
 * {@code y_train}, {@code x_test} and {@code y_test}, or one of the pairs; other names by an
 * option.
 *
 * <p>Images are uint8, {@code (n, height, width)} or {@code (n, height, width, channels)}; labels
 * are integers of 0 to 255 in any integer type, {@code (n,)}; both in C order.
 *
 * <p>The file is a zip, stored or deflated, with a {@code .npy} for each array: the bytes 93 {@code
 * NUMPY}, two bytes of version, the length of the header (little-endian; 2 bytes in version 1, 4 in
 * later ones), the header (a Python dictionary of {@code descr}, {@code fortran_order} and {@code
 * shape}), then the values, last index fastest.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">NumPy's
 *     format</a>
 */
final class NpzImporter implements Importer, ImageFiles {
  private static final String SUFFIX = ".npy";
  private static final int BUFFER = 1 << 16;

  private static String images(Part part, Reading reading) {
    List<String> names = reading.npzNames();
    return names.isEmpty() ? "x_" + part.word() : names.get(part == Part.TRAIN ? 0 : 2);
  }

  private static String labels(Part part, Reading reading) {
    List<String> names = reading.npzNames();
    return names.isEmpty() ? "y_" + part.word() : names.get(part == Part.TRAIN ? 1 : 3);
  }

  @Override
  public String format(Part part) {
    return format(part, Reading.AS_IT_IS);
  }

  private static String format(Part part, Reading reading) {
    return "an .npz file with %s and %s".formatted(images(part, reading), labels(part, reading));
  }

  @Override
  public boolean reads(String path) throws IOException {
    if (!Storage.isFile(path)) {
      return false;
    }
    try (ZipInputStream zip = new ZipInputStream(Storage.stream(path))) {
      ZipEntry first = zip.getNextEntry();
      return first != null && first.getName().endsWith(SUFFIX);
    } catch (ZipException | IllegalArgumentException noZip) {
      return false;
    }
  }

  @Override
  public List<Source> find(String path, Part part, Reading reading) throws IOException {
    Set<String> names = new HashSet<>();
    forEach(path, (name, array) -> names.add(name));
    String images = images(part, reading);
    String labels = labels(part, reading);
    boolean both =
        Importer.hasBoth(images, names.contains(images), labels, names.contains(labels), path);
    return both ? List.of(Source.of(path)) : List.of();
  }

  @Override
  public Imported open(Source source, Wanted wanted) throws IOException {
    String path = source.images();
    String images = images(wanted.part(), wanted.reading());
    String labels = labels(wanted.part(), wanted.reading());
    Source names = new Source(place(path, images), place(path, labels));
    Source files = wanted.target();
    Map<String, Npy> written = new TreeMap<>();
    forEach(
        path,
        (name, array) -> {
          if (name.equals(images)) {
            Npy npy = Npy.read(array, names.images());
            Storage.writeScratch(files.images(), out -> npy.writeImages(array, out));
            written.put(name, npy);
          } else if (name.equals(labels)) {
            Npy npy = Npy.read(array, names.labels());
            Storage.writeScratch(files.labels(), out -> npy.writeLabels(array, out));
            written.put(name, npy);
          }
        });
    Npy x = written.get(images);
    Npy y = written.get(labels);
    if (x == null || y == null) {
      throw Npy.fault(format(wanted.part(), wanted.reading()), written.keySet().toString(), path);
    } else if (x.shape()[0] != y.shape()[0]) {
      String expected = String.format(Locale.ROOT, "%d labels, as many as images", x.shape()[0]);
      throw Npy.fault(expected, String.valueOf(y.shape()[0]), names.labels());
    }
    return new Imported(Records.Part.open(files, names));
  }

  @Override
  public boolean holdsImages(String file) throws IOException {
    return reads(file);
  }

  /** The images are the array {@code x_test}, or else the only array that has the shape of some. */
  @Override
  public Imported openImages(String file, Wanted wanted) throws IOException {
    Set<String> found = new TreeSet<>();
    forEach(
        file,
        (name, array) -> {
          if (Npy.read(array, place(file, name)).isImages()) {
            found.add(name);
          }
        });
    String usual = images(wanted.part(), wanted.reading());
    String images = found.contains(usual) || found.size() != 1 ? usual : found.iterator().next();
    if (!found.contains(images)) {
      throw Npy.fault(
          usual
              + ", or one array of uint8 images (n, height, width) or (n, height, width, channels)",
          found.isEmpty() ? "none" : String.join(", ", found),
          file);
    }
    String target = wanted.target().images();
    forEach(
        file,
        (name, array) -> {
          if (name.equals(images)) {
            Npy npy = Npy.read(array, place(file, name));
            Storage.writeScratch(target, out -> npy.writeImages(array, out));
          }
        });
    return new Imported(Records.Part.open(target, place(file, images)));
  }

  /** Where an array is: the archive may name it with anything. */
  private static String place(String file, String array) {
    return file + ", " + Excerpt.of(array);
  }

  /** Takes an array, which it may read or not. */
  @FunctionalInterface
  private interface Use {
    void take(String name, InputStream array) throws IOException;
  }

  private static void forEach(String path, Use use) throws IOException {
    try (ZipInputStream zip =
        new ZipInputStream(new BufferedInputStream(Storage.stream(path), BUFFER))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().endsWith(SUFFIX)) {
          String name = entry.getName();
          use.take(name.substring(0, name.length() - SUFFIX.length()), zip);
        }
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new BadDataException(
          "Expected an intact .npz file, found %s (%s)"
              .formatted(Excerpt.of(e.getMessage()), path));
    }
  }
}
