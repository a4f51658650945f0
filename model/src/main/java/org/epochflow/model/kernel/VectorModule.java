package org.epochflow.model.kernel;

import org.epochflow.model.kernel.vector.VectorKernels;
import org.epochflow.model.parallel.Share;

/**
 * Creates the vector kernels if this JVM has {@code jdk.incubator.vector}. No other class creates
 * them, so a JVM without that module never loads a class that needs it.
 */
final class VectorModule {
  private static final String MODULE = "jdk.incubator.vector";

  private VectorModule() {}

  private static boolean isThere() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /** Whether the vector kernels run here, and are faster than the reference. */
  static boolean isFast() {
    return isThere() && VectorKernels.isFast();
  }

  static Kernels kernels(Share share) {
    if (!isThere()) {
      throw new KernelsUnavailableException(
          "Expected a JVM with the module that --kernels=%s needs, found none; start java with --add-modules %s"
              .formatted(VectorKernels.NAME, MODULE));
    }
    return new VectorKernels(share);
  }
}
