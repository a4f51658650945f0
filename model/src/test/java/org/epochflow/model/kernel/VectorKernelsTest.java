package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** {@link VectorKernels}, where the JVM has the module; the build runs it at three widths. */
class VectorKernelsTest extends KernelsContract {
  @Override
  Kernels create() {
    assumeTrue(Kernels.auto().equals("vector"), "without the module");
    return Kernels.named("vector");
  }
}
