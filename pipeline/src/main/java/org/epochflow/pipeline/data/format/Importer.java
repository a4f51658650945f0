package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;

/**
 * Imports one format of data sets into canonical IDX, which is all that workers read. A format is
 * known by its content, never by a file's name. {@link Importers} lists the formats.
 */
interface Importer {
  /** What holds this part of a data set of this format, for messages. */
  String format(Part part);

  /**
   * Whether a data set of this format is at a path.
   *
   * @param path of a file or a folder, absolute; nothing need be there
   */
  boolean reads(String path) throws IOException;

  /**
   * The sources of one part of a data set of this format; none if it lacks the part.
   *
   * @throws BadDataException if only the images or only the labels are there
   */
  List<Source> find(String path, Part part, Reading reading) throws IOException;

  /** The sources of a data set that has no parts; none if it has. */
  default List<Source> undivided(String path) throws IOException {
    return List.of();
  }

  /** The names of the classes in a source; none if it does not name them. */
  default List<String> classNames(Source source) throws IOException {
    return List.of();
  }

  /** Whether the names are in the order of labels that the source has, rather than its folders. */
  default boolean ordersClasses(Source source) throws IOException {
    return false;
  }

  /**
   * Whether a data set has images and labels of a part, rather than neither.
   *
   * @param images what the images are called there; likewise {@code labels}
   * @throws BadDataException if it has one without the other
   */
  static boolean hasBoth(
      String images, boolean hasImages, String labels, boolean hasLabels, String path)
      throws BadDataException {
    if (hasImages != hasLabels) {
      String found = hasImages ? images : labels;
      throw new BadDataException(
          "Expected %s beside %s in %s, found %s alone"
              .formatted(hasImages ? labels : images, found, path, found));
    }
    return hasImages;
  }

  /**
   * What is wanted of a source.
   *
   * @param labelled whether the source has labels that count
   * @param classes the names of the classes in the order of their labels; none if the source has
   *     labels
   * @param place the path for a new file with a name such as {@code train-images-idx3-ubyte}
   */
  record Wanted(
      Part part,
      Reading reading,
      boolean labelled,
      List<String> classes,
      UnaryOperator<String> place) {
    public Wanted {
      classes = List.copyOf(classes);
    }

    /** A part of a data set. */
    static Wanted of(
        Part part, Reading reading, List<String> classes, UnaryOperator<String> place) {
      return new Wanted(part, reading, true, classes, place);
    }

    /** Images to predict. */
    static Wanted images(Reading reading, UnaryOperator<String> place) {
      return new Wanted(Part.TEST, reading, false, List.of(), place);
    }

    /** Where images of this part go, and their labels. */
    Source target() {
      return new Source(place.apply(part.images()), place.apply(part.labels()));
    }
  }

  /**
   * What came of a source.
   *
   * @param rejected what could not be read, in order
   */
  record Imported(Records.Part records, List<Rejected> rejected) {
    public Imported {
      rejected = List.copyOf(rejected);
    }

    public Imported(Records.Part records) {
      this(records, List.of());
    }
  }

  /**
   * Makes one part of a source canonical, and opens it. Files that are canonical already are not
   * copied.
   *
   * @param source of this format
   * @throws IOException naming what is wrong with the source, as the user named it
   */
  Imported open(Source source, Wanted wanted) throws IOException;
}
