package org.epochflow.pipeline.data;

import java.io.FileNotFoundException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The files of a data set, as the user has them: gzipped or not.
 *
 * @param train pairs of training files, one sequence of records
 * @param test pairs of test files
 */
public record DataFiles(List<IdxFiles> train, List<IdxFiles> test) {
  public DataFiles {
    train = List.copyOf(train);
    test = List.copyOf(test);
  }

  /** The folder of its first images, to name it by. */
  public String folder() {
    String first = (train.isEmpty() ? test : train).get(0).images();
    return first.substring(0, Math.max(0, first.lastIndexOf('/')));
  }

  /**
   * Files of images with those of their labels, each with the other at its place.
   *
   * @throws FileNotFoundException where there are more of one than of the other
   */
  public static List<IdxFiles> paired(List<String> images, List<String> labels)
      throws FileNotFoundException {
    if (images.size() != labels.size()) {
      throw new FileNotFoundException(
          "Expected one file of labels for each of images, found %d %s for %d %s"
              .formatted(labels.size(), labels, images.size(), images));
    }
    return IntStream.range(0, images.size())
        .mapToObj(i -> new IdxFiles(images.get(i), labels.get(i)))
        .toList();
  }
}
