package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;

/**
 * The names under which IDX files are passed on: {@code train-images-idx3-ubyte}, {@code
 * train-images.idx3-ubyte}, {@code emnist-letters-test-labels-idx1-ubyte.gz}, {@code
 * qmnist-train-labels-idx2-int}, in any case of letters. What stands in front of the part is the
 * name of the data set.
 *
 * @param path of the folder that holds them
 * @param sets the files of each data set by its name, which may be empty
 */
record IdxNames(String path, SortedMap<String, IdxNames.Files> sets) {
  private static final Pattern NAME =
      Pattern.compile(
          "(?<set>.*?)[-_. ]?(?<part>train|training|t10k|test)[-_. ]?(?<kind>image|label)s?"
              + "[-_. ]idx[0-9]?([-_. ][a-z0-9]+)?(\\.idx)?(\\.gz)?");
  private static final String RAW = "raw";

  /** Paths by part, of the images and of the labels. */
  record Files(Map<Part, String> images, Map<Part, String> labels) {
    Files() {
      this(new TreeMap<>(), new TreeMap<>());
    }

    Optional<Source> of(Part part, String folder) throws BadDataException {
      String image = images.get(part);
      String label = labels.get(part);
      if (image == null && label == null) {
        return Optional.empty();
      } else if (image == null || label == null) {
        String found = Storage.name(image == null ? String.valueOf(label) : image);
        throw new BadDataException(
            "Expected %s of the %s beside %s in %s, found %s alone"
                .formatted(image == null ? "images" : "labels", part.word(), found, folder, found));
      }
      return Optional.of(new Source(image, label));
    }
  }

  /**
   * The data sets of a folder, of its folder {@code raw} and of those below, as torchvision keeps
   * them; or those of one name, if that stands in place of a folder: {@code DIR/emnist-letters}.
   */
  static Optional<IdxNames> at(String path) throws IOException {
    if (Storage.isFile(path)) {
      return Optional.empty();
    } else if (!Storage.exists(path)) {
      int end = path.lastIndexOf('/');
      return end <= 0 ? Optional.empty() : named(path.substring(0, end), Storage.name(path));
    }
    List<String> below = new ArrayList<>(List.of(path, path + "/" + RAW));
    for (String entry : Storage.list(path)) {
      if (!Storage.name(entry).startsWith(".") && !Storage.isFile(entry)) {
        below.add(entry + "/" + RAW);
      }
    }
    TreeMap<String, IdxNames> found = new TreeMap<>();
    for (String folder : below) {
      IdxNames names = in(folder);
      if (!names.sets.isEmpty()) {
        found.put(folder, names);
        if (folder.equals(path)) {
          break;
        }
      }
    }
    if (found.size() > 1) {
      throw new BadDataException(
          "Expected one data set in %s, found several: --data=%s chooses one"
              .formatted(path, String.join(" or --data=", found.keySet())));
    }
    return found.values().stream().findFirst();
  }

  private static Optional<IdxNames> named(String folder, String set) throws IOException {
    for (String place : List.of(folder, folder + "/" + RAW)) {
      SortedMap<String, Files> sets = in(place).sets;
      Files files = sets.get(set.toLowerCase(Locale.ROOT));
      if (files != null) {
        return Optional.of(new IdxNames(place, new TreeMap<>(Map.of(set, files))));
      }
    }
    return Optional.empty();
  }

  private static IdxNames in(String folder) throws IOException {
    TreeMap<String, Files> sets = new TreeMap<>();
    for (String path : Storage.list(folder)) {
      String name = Storage.name(path);
      Matcher words = NAME.matcher(name.toLowerCase(Locale.ROOT));
      if (!name.startsWith(".") && words.matches()) {
        Files files = sets.computeIfAbsent(words.group("set"), set -> new Files());
        Part part = words.group("part").startsWith("train") ? Part.TRAIN : Part.TEST;
        // Sorted, so that of a file and its gzipped copy the file is taken.
        (words.group("kind").equals("image") ? files.images : files.labels).putIfAbsent(part, path);
      }
    }
    return new IdxNames(folder, sets);
  }

  /**
   * The only data set, or the one without a name.
   *
   * @throws BadDataException naming all if there are several
   */
  Files only() throws BadDataException {
    if (sets.size() > 1 && !sets.containsKey("")) {
      String paths =
          String.join(" or --data=", sets.keySet().stream().map(set -> path + "/" + set).toList());
      throw new BadDataException(
          "Expected one data set in %s, found %s: --data=%s chooses one"
              .formatted(path, String.join(", ", sets.keySet()), paths));
    }
    return sets.values().iterator().next(); // the name of none comes first
  }
}
