package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** The reference keeps the contract. */
class EjmlKernelsTest extends KernelsContract {
  @Override
  Kernels create() {
    return Kernels.named("ejml");
  }

  @Test
  void unknownKernelsAreNamed() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> Kernels.named("cuda"));
    assertEquals("Expected kernels of " + Kernels.NAMES + ", found cuda", e.getMessage());
  }
}
