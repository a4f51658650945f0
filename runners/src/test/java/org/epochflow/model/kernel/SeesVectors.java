package org.epochflow.model.kernel;

import org.epochflow.model.kernel.vector.VectorKernels;
import org.epochflow.model.parallel.Share;

/** What kernel must not do, but for the class that looks whether the JVM has vectors. */
final class SeesVectors {
  private SeesVectors() {}

  static Kernels broken() {
    return new VectorKernels(Share.ALL);
  }
}
