package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No vector kernel has fallen out of C2: such a one runs tens of times slower, below the reference.
 * The best times of both in one process, as a ratio, which is 10 to 35; time is given until it is
 * seen, as compilers may be late.
 */
class VectorSpeedIT {
  private static final int ROUNDS = 100;
  private static final long ROUND = 50_000_000;
  private static final double RATIO = 3;
  private static final int BATCH = 32;

  /** The kernels that take a step's time. */
  enum Work {
    DENSE,
    DENSE_GRADIENT,
    DENSE_INPUT_GRADIENT,
    FIRST_CONVOLUTION,
    FIRST_CONVOLUTION_GRADIENT,
    CONVOLUTION,
    CONVOLUTION_GRADIENT,
    CONVOLUTION_INPUT_GRADIENT,
    POOLING_GRADIENT
  }

  private final Convolution first = new Convolution(28, 28, 1, 3, 3, 0, 0, 26, 26, 32);
  private final Convolution second = new Convolution(13, 13, 32, 3, 3, 0, 0, 11, 11, 64);
  private final Pooling pooling = new Pooling(26, 26, 32, 2, 2, 2, 2, 13, 13);
  private final Random random = new Random(1);
  private final FMatrixRMaj image = Tensors.random(BATCH, 28 * 28, random);
  private final FMatrixRMaj maps = Tensors.random(BATCH, 26 * 26 * 32, random);
  private final FMatrixRMaj mapsGradient = Tensors.random(BATCH, 26 * 26 * 32, random);
  private final FMatrixRMaj pooled = Tensors.random(BATCH, 13 * 13 * 32, random);
  private final FMatrixRMaj convolved = Tensors.random(BATCH, 11 * 11 * 64, random);
  private final FMatrixRMaj units = Tensors.random(BATCH, 200, random);
  private final float[] w = new float[785 * 200];

  private void run(Work work, Kernels kernels) {
    switch (work) {
      case DENSE -> kernels.dense(image, w, 0, true, units);
      case DENSE_GRADIENT -> kernels.denseGradient(image, units, w, 0);
      case DENSE_INPUT_GRADIENT -> kernels.denseInputGradient(units, w, 0, image);
      case FIRST_CONVOLUTION -> kernels.convolve(first, image, w, 0, true, maps);
      case FIRST_CONVOLUTION_GRADIENT -> kernels.convolveGradient(first, image, maps, w, 0);
      case CONVOLUTION -> kernels.convolve(second, pooled, w, 0, true, convolved);
      case CONVOLUTION_GRADIENT -> kernels.convolveGradient(second, pooled, convolved, w, 0);
      case CONVOLUTION_INPUT_GRADIENT ->
          kernels.convolveInputGradient(second, convolved, w, 0, pooled);
      case POOLING_GRADIENT -> kernels.maxPoolGradient(pooling, maps, pooled, pooled, mapsGradient);
    }
  }

  @ParameterizedTest
  @EnumSource
  void vectorsBeatTheReferenceByFar(Work work) {
    assumeTrue(Kernels.auto().equals("vector"), "without the module");
    Kernels vector = Kernels.named("vector");
    Kernels reference = Kernels.named("ejml");
    double best = fastest(work, vector);
    double referenceBest = fastest(work, reference);
    for (int round = 1; round < ROUNDS && referenceBest / best <= RATIO; round++) {
      best = Math.min(best, fastest(work, vector));
      referenceBest = Math.min(referenceBest, fastest(work, reference));
    }
    double ratio = referenceBest / best;
    assertTrue(ratio > RATIO, "Expected a ratio above %s, found %s".formatted(RATIO, ratio));
  }

  /** The nanoseconds of the fastest call of a round. */
  private double fastest(Work work, Kernels kernels) {
    long least = Long.MAX_VALUE;
    long end = System.nanoTime() + ROUND;
    do {
      long begun = System.nanoTime();
      run(work, kernels);
      least = Math.min(least, System.nanoTime() - begun);
    } while (System.nanoTime() < end);
    return least;
  }
}
