package org.epochflow.pipeline.data;

import java.io.FileNotFoundException;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * The files of a data set as the user named them, before they are imported.
 *
 * @param train sources of training examples, one sequence of records
 * @param test sources of test examples
 * @param reading how they are read where they leave it open
 */
public record DataFiles(List<Source> train, List<Source> test, Reading reading) {
  /** A part of a data set, with the names that MNIST gives its files. */
  public enum Part {
    TRAIN("train"),
    TEST("t10k");

    private final String prefix;

    Part(String prefix) {
      this.prefix = prefix;
    }

    /** {@code train-images-idx3-ubyte}. */
    public String images() {
      return prefix + "-images-idx3-ubyte";
    }

    /** {@code train-labels-idx1-ubyte}. */
    public String labels() {
      return prefix + "-labels-idx1-ubyte";
    }

    /** {@code train}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public DataFiles {
    train = List.copyOf(train);
    test = List.copyOf(test);
  }

  /** Files that are read as they are. */
  public DataFiles(List<Source> train, List<Source> test) {
    this(train, test, Reading.AS_IT_IS);
  }

  /** The sources of a part. */
  public List<Source> of(Part part) {
    return part == Part.TRAIN ? train : test;
  }

  /** What to call the data set: its first folder, or its first file if that holds all of it. */
  public String place() {
    Source first = (train.isEmpty() ? test : train).get(0);
    String images = first.images();
    return first.holdsBoth() ? images : images.substring(0, Math.max(0, images.lastIndexOf('/')));
  }

  /**
   * Pairs files of images with files of labels, in their order.
   *
   * @throws FileNotFoundException if there are more of one than of the other
   */
  public static List<Source> paired(List<String> images, List<String> labels)
      throws FileNotFoundException {
    if (images.size() != labels.size()) {
      throw new FileNotFoundException(
          String.format(
              Locale.ROOT,
              "Expected one file of labels for each of images, found %d %s for %d %s",
              labels.size(),
              labels,
              images.size(),
              images));
    }
    return IntStream.range(0, images.size())
        .mapToObj(i -> new Source(images.get(i), labels.get(i)))
        .toList();
  }
}
