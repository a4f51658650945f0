package org.epochflow.runners.request;

import java.io.IOException;
import java.util.List;
import org.epochflow.model.nn.Architecture;

/** Reads what {@code --model} names when that is no preset. */
public interface ModelFiles {
  /**
   * The architecture in {@code path}: a {@code .json} or {@code .keras} file, or a run's folder.
   */
  Architecture architecture(String path) throws IOException;

  /** What the classes are called in {@code path}: their labels where it does not say. */
  List<String> classNames(String path) throws IOException;
}
