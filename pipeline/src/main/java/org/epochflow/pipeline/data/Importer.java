package org.epochflow.pipeline.data;

import java.io.IOException;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.epochflow.pipeline.data.DataFiles.Part;

/**
 * Imports one format of data sets into canonical IDX, which is all that workers read. A format is
 * known by its content, never by a file's name. {@link Importers} lists the formats.
 */
interface Importer {
  /** What a user has who has data of this format: {@code an .npz file}. */
  String format();

  /**
   * The parts of the data set at a path.
   *
   * @param path of a file or a folder, absolute
   * @return empty where it is no data set of this format
   * @throws BadDataException where it is one that lacks something
   */
  Optional<DataFiles> find(String path) throws IOException;

  /**
   * Makes one part of a source canonical, and opens it. What is canonical already is read where it
   * is.
   *
   * @param source of this format
   * @param place the path for a new file with a name such as {@code train-images-idx3-ubyte}
   * @throws IOException naming what is wrong with the source, as the user named it
   */
  Records.Part open(Source source, Part part, UnaryOperator<String> place) throws IOException;
}
