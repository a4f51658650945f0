package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * {@link VectorKernels} in eight shares keep the contract, and give the bits of one that has all.
 */
class VectorKernelsOfEightTest extends KernelsContract {
  @Override
  Kernels create() {
    assumeTrue(Kernels.auto().equals("vector"), "without the module");
    return InTurn.of("vector", 8);
  }

  @Test
  void sharesGiveTheBitsOfTheWhole() {
    Kernels whole = Kernels.named("vector");
    for (int trial = 0; trial < 100; trial++) {
      assertArrayEquals(
          everything(whole, new Random(trial)), everything(kernels, new Random(trial)));
    }
  }
}
