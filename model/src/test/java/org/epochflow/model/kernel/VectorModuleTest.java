package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

/** The build runs this with the module and without. */
class VectorModuleTest {
  private final boolean isThere = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  @Test
  void autoIsVectorWhereTheModuleIs() {
    assertEquals(isThere ? "vector" : "ejml", Kernels.auto());
    assertEquals(Kernels.auto(), Kernels.named(Kernels.auto()).name());
  }

  @Test
  void vectorWithoutTheModuleNamesTheFlag() {
    if (isThere) {
      assertEquals("vector", Kernels.named("vector").name());
    } else {
      Exception e = assertThrows(KernelsUnavailableException.class, () -> Kernels.named("vector"));
      assertEquals(
          "Expected a JVM with the module that --kernels=vector needs, found none;"
              + " start java with --add-modules jdk.incubator.vector",
          e.getMessage());
    }
  }
}
