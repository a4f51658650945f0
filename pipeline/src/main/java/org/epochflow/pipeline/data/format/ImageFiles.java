package org.epochflow.pipeline.data.format;

import java.io.IOException;
import org.epochflow.pipeline.data.format.Importer.Imported;
import org.epochflow.pipeline.data.format.Importer.Wanted;

/** Imports files of one format that hold images to predict. Labels, if there are any, are left. */
interface ImageFiles {
  /** Whether a file holds images of this format; it is known by its content. */
  boolean holdsImages(String file) throws IOException;

  /**
   * Makes the images of a file canonical, and opens them. A file that is canonical already is not
   * copied.
   *
   * @throws IOException naming what is wrong with the file, as the user named it
   */
  Imported openImages(String file, Wanted wanted) throws IOException;
}
