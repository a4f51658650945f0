package org.epochflow.pipeline.data.format;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;

/**
 * The binary files of CIFAR-10 ({@code data_batch_1.bin} to {@code data_batch_5.bin}, {@code
 * test_batch.bin}, names in {@code batches.meta.txt}) and of CIFAR-100 ({@code train.bin}, {@code
 * test.bin}, names in {@code fine_label_names.txt}), in a folder or in the one in it that their
 * archive unpacks to.
 *
 * <p>A record is a label, or a coarse and a fine label of which the fine one counts, and 32 x 32
 * bytes of red, of green and of blue. They become {@code (32, 32, 3)}.
 */
final class CifarImporter implements Importer, ImageFiles {
  private static final int SIDE = 32;
  private static final int PIXELS = SIDE * SIDE;
  private static final int COLOURS = 3;
  private static final Shape SHAPE = Shape.of(SIDE, SIDE, COLOURS);

  /** The two data sets: what their files are called, and how many labels a record has. */
  private enum Set {
    TEN(1, "data_batch_[0-9]+\\.bin", "test_batch\\.bin", "batches.meta.txt"),
    HUNDRED(2, "train\\.bin", "test\\.bin", "fine_label_names.txt");

    final int labels;
    final Pattern train;
    final Pattern test;
    final String names;

    Set(int labels, String train, String test, String names) {
      this.labels = labels;
      this.train = Pattern.compile(train);
      this.test = Pattern.compile(test);
      this.names = names;
    }

    int record() {
      return labels + PIXELS * COLOURS;
    }

    List<String> files(String folder, Part part) throws IOException {
      List<String> files = new ArrayList<>();
      for (String file : Storage.list(folder)) {
        if (isFile(file, part)) {
          files.add(file);
        }
      }
      return files;
    }

    boolean isFile(String path, Part part) throws IOException {
      Pattern name = part == Part.TRAIN ? train : test;
      return name.matcher(Storage.name(path)).matches() && Storage.size(path) % record() == 0;
    }

    /** The data set that a file is of; empty if it is of none. */
    static Optional<Set> of(String file) throws IOException {
      for (Set set : values()) {
        for (Part part : Part.values()) {
          if (set.isFile(file, part)) {
            return Optional.of(set);
          }
        }
      }
      return Optional.empty();
    }
  }

  /** A data set in a folder. */
  private record Found(Set set, String folder) {
    static List<Found> at(String path) throws IOException {
      List<Found> found = new ArrayList<>();
      for (Set set : Set.values()) {
        for (String folder :
            List.of(path, path + "/cifar-10-batches-bin", path + "/cifar-100-binary")) {
          if (!set.files(folder, Part.TRAIN).isEmpty() || !set.files(folder, Part.TEST).isEmpty()) {
            found.add(new Found(set, folder));
          }
        }
      }
      return found;
    }
  }

  @Override
  public String format(Part part) {
    return part == Part.TRAIN
        ? "CIFAR's data_batch_1.bin or train.bin"
        : "CIFAR's test_batch.bin or test.bin";
  }

  @Override
  public boolean reads(String path) throws IOException {
    return !Found.at(path).isEmpty();
  }

  private static Found only(String path) throws IOException {
    List<Found> found = Found.at(path);
    if (found.size() != 1) {
      throw new BadDataException(
          "Expected CIFAR-10 or CIFAR-100 in %s, found %s"
              .formatted(
                  path, found.stream().map(Found::folder).collect(Collectors.joining(" and "))));
    }
    return found.get(0);
  }

  @Override
  public List<Source> find(String path, Part part, Reading reading) throws IOException {
    Found found = only(path);
    return found.set.files(found.folder, part).isEmpty() ? List.of() : List.of(Source.of(path));
  }

  @Override
  public List<String> classNames(Source source) throws IOException {
    Found found = only(source.images());
    return Storage.textIfExists(found.folder + "/" + found.set.names)
        .map(text -> text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList())
        .orElse(List.of());
  }

  @Override
  public boolean ordersClasses(Source source) {
    return true;
  }

  @Override
  public Imported open(Source source, Wanted wanted) throws IOException {
    Found found = only(source.images());
    return write(source, found.set.files(found.folder, wanted.part()), found.set, wanted);
  }

  @Override
  public boolean holdsImages(String file) throws IOException {
    return Set.of(file).isPresent();
  }

  @Override
  public Imported openImages(String file, Wanted wanted) throws IOException {
    Set set = Set.of(file).orElseThrow();
    return write(Source.of(file), List.of(file), set, wanted);
  }

  private static Imported write(Source names, List<String> files, Set set, Wanted wanted)
      throws IOException {
    long records = 0;
    for (String file : files) {
      records += Storage.size(file) / set.record();
    }
    return new Imported(
        CanonicalWriter.write(
            names,
            wanted.target(),
            SHAPE,
            Math.toIntExact(records),
            writer -> {
              for (String file : files) {
                write(file, set, wanted.labelled(), writer);
              }
            }));
  }

  private static void write(String file, Set set, boolean labelled, CanonicalWriter writer)
      throws IOException {
    byte[] pixels = new byte[PIXELS * COLOURS];
    try (InputStream in = new BufferedInputStream(Storage.stream(file), 1 << 16)) {
      byte[] record = in.readNBytes(set.record());
      while (record.length == set.record()) {
        for (int i = 0; i < PIXELS; i++) {
          for (int colour = 0; colour < COLOURS; colour++) {
            pixels[i * COLOURS + colour] = record[set.labels + colour * PIXELS + i];
          }
        }
        writer.add(pixels, labelled ? record[set.labels - 1] & 0xff : null);
        record = in.readNBytes(set.record());
      }
    }
  }
}
