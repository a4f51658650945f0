package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.epochflow.pipeline.data.DataFiles.Part;

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
  List<Source> find(String path, Part part) throws IOException;

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
   * Makes one part of a source canonical, and opens it. Files that are canonical already are not
   * copied.
   *
   * @param source of this format
   * @param place the path for a new file with a name such as {@code train-images-idx3-ubyte}
   * @throws IOException naming what is wrong with the source, as the user named it
   */
  Records.Part open(Source source, Part part, UnaryOperator<String> place) throws IOException;
}
