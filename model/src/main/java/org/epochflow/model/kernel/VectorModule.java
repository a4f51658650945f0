package org.epochflow.model.kernel;

import org.epochflow.model.kernel.vector.VectorKernels;
import org.epochflow.model.parallel.Share;

/**
 * Whether this JVM has {@code jdk.incubator.vector}. Nothing that touches that module is loaded
 * before this has been asked. The one place that knows the package {@code vector}, but for its
 * name.
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
