package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.train.ClassNames;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.store.Storage;

/**
 * Which classes the labels of a data set are, and what they are called.
 *
 * <p>Folders and files that name their classes get labels by the sorted names, or by the names of
 * the model that the data are for. Labels that begin at 1, as those of EMNIST's letters, are made
 * to begin at 0: they do where none of a data set is 0 and the largest is the number of classes,
 * where the model has that many classes named from 1, or where {@link Reading#firstLabel} says it.
 */
public final class ClassLabels {
  private static final int CHUNK = 1 << 16;
  private static final int MOST_SHOWN = 10;
  private final List<String> names;
  private final int classes;
  private final boolean fromOne;
  private final boolean found;

  private ClassLabels(List<String> names, int classes, boolean fromOne, boolean found) {
    this.names = names;
    this.classes = classes;
    this.fromOne = fromOne;
    this.found = found;
  }

  /**
   * The names of the classes in the order of their labels; none if the data have numbers.
   *
   * @param known those of the model that the data are for; none if it has none
   * @throws BadDataException if the data have others, or more
   */
  public static List<String> names(DataFiles files, int classes, List<String> known)
      throws IOException {
    List<String> own = Importers.classNames(files);
    if (own.isEmpty() || known.containsAll(own)) {
      return own.isEmpty() ? own : known;
    }
    boolean named = !known.isEmpty() && !known.equals(ClassNames.numbers(known.size()));
    if (named || own.size() > classes) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected %s, found %d classes: %s (%s)",
              named
                  ? "the model's classes " + shown(known)
                  : classes + " classes, as --classes and the model have them",
              own.size(),
              shown(own),
              files.place()));
    }
    return own;
  }

  private static String shown(List<String> names) {
    String some =
        names.stream().limit(MOST_SHOWN).map(Excerpt::of).collect(Collectors.joining(", "));
    return names.size() <= MOST_SHOWN ? some : some + ", ...";
  }

  /**
   * Looks at the labels of a whole data set.
   *
   * @param names of the classes, as {@link #names} gives them; likewise {@code known}
   */
  public static ClassLabels of(
      Reading reading,
      int classes,
      List<String> names,
      List<String> known,
      Records train,
      Records test)
      throws IOException {
    if (!names.isEmpty() || reading.firstLabel() != null) {
      boolean said = names.isEmpty() && Integer.valueOf(1).equals(reading.firstLabel());
      return new ClassLabels(names, classes, said, false);
    } else if (known.equals(namesFromOne(classes))) {
      return new ClassLabels(names, classes, true, false);
    }
    boolean begins = beginAtOne(classes, train, test);
    return new ClassLabels(names, classes, begins, begins);
  }

  private static boolean beginAtOne(int classes, Records train, Records test) throws IOException {
    int largest = 0;
    for (Records records : List.of(train, test)) {
      try (Records.Reader reader = records.reader()) {
        for (long first = 0; first < records.count(); first += CHUNK) {
          int count = (int) Math.min(CHUNK, records.count() - first);
          for (byte label : reader.labels(first, count)) {
            if (label == 0) {
              return false;
            }
            largest = Math.max(largest, label & 0xff);
          }
        }
      }
    }
    return largest == classes;
  }

  private static List<String> namesFromOne(int classes) {
    return IntStream.rangeClosed(1, classes).mapToObj(String::valueOf).toList();
  }

  /** What the user should know of it. */
  public Optional<String> notice() {
    return found
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "The labels run from 1 to %d, so class 0 is label 1; --labels=from0 takes them as"
                    + " they are",
                classes))
        : Optional.empty();
  }

  /** What the data call their classes; none where labels are numbers from 0. */
  public List<String> classNames() {
    return fromOne ? namesFromOne(classes) : names;
  }

  /**
   * The same records with labels that begin at 0; a label of 0 becomes 255.
   *
   * @param importers which place files with other labels
   */
  public Records applied(Records records, Importers importers) throws IOException {
    if (!fromOne || records.isEmpty()) {
      return records;
    }
    UnaryOperator<String> place = importers.place("from0-", "from0-");
    List<Records.Part> parts = new ArrayList<>();
    for (Records.Part part : records.parts()) {
      Records.IdxFile before = part.labelled();
      String file = place.apply(Storage.name(before.path()));
      byte[] labels;
      try (Records.Reader reader = new Records(List.of(part)).reader()) {
        labels = reader.labels(0, part.count());
      }
      Storage.writeScratch(
          file,
          out -> {
            out.write(before.header().encoded().array());
            for (int i = 0; i < labels.length; i++) {
              labels[i]--;
            }
            out.write(labels);
          });
      parts.add(
          new Records.Part(
              part.images(), new Records.IdxFile(file, before.name(), before.header())));
    }
    return new Records(parts);
  }
}
