package org.epochflow.runners.cli;

import java.io.IOException;
import org.epochflow.model.nn.Architecture;

/** Reads the network of what {@code --model} names when that is no preset. */
@FunctionalInterface
interface ModelFiles {
  /**
   * The architecture in {@code path}: a {@code .json} or {@code .keras} file, or a run's folder.
   */
  Architecture architecture(String path) throws IOException;
}
