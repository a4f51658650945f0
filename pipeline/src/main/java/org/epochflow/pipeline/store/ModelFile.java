package org.epochflow.pipeline.store;

import java.io.IOException;
import java.io.InputStream;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.SavedModel;

/** A {@code .keras} file on any of Beam's file systems. */
public final class ModelFile {
  private ModelFile() {}

  /**
   * Reads a file from epochflow or Keras.
   *
   * @throws org.epochflow.model.json.ModelFormatException if it is damaged, or not a model this
   *     project can run
   */
  public static SavedModel read(String path) throws IOException {
    try (InputStream in = Storage.stream(path)) {
      return KerasFile.read(in, path);
    }
  }
}
