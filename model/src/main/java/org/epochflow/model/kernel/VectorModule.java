package org.epochflow.model.kernel;

import org.epochflow.model.parallel.Share;

/**
 * Whether this JVM has {@code jdk.incubator.vector}. Nothing that touches that module is loaded
 * before this has been asked.
 */
final class VectorModule {
  /** What {@code --kernels} calls the implementation that needs it. */
  static final String KERNELS = "vector";

  private static final String NAME = "jdk.incubator.vector";

  private VectorModule() {}

  private static boolean isThere() {
    return ModuleLayer.boot().findModule(NAME).isPresent();
  }

  /** Whether its vectors are there and wide enough to be worth it. */
  static boolean isFast() {
    return isThere() && Lanes.LENGTH >= 4;
  }

  static Kernels kernels(Share share) {
    if (!isThere()) {
      throw new KernelsUnavailableException(
          "Expected a JVM with the module that --kernels=%s needs, found none; start java with --add-modules %s"
              .formatted(KERNELS, NAME));
    }
    return new VectorKernels(share);
  }
}
