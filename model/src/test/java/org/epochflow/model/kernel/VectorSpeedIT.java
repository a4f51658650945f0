package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Random;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * No vector kernel has fallen out of C2: such a one runs tens of times slower, below the reference.
 * The best times of both in one process, as a ratio, which is far above what is asked; time is
 * given until it is seen, as compilers may be late.
 */
class VectorSpeedIT {
  private static final int ROUNDS = 100;
  private static final long ROUND = 50_000_000;
  private static final int BATCH = 32;

  /** The kernels that take a step's time. */
  enum Work {
    DENSE(3),
    DENSE_GRADIENT(3),
    DENSE_INPUT_GRADIENT(3),
    DENSE_OF_TWO(1),
    DENSE_GRADIENT_OF_TWO(1),
    DENSE_INPUT_GRADIENT_OF_TWO(1),
    FIRST_CONVOLUTION(3),
    FIRST_CONVOLUTION_GRADIENT(3),
    CONVOLUTION(3),
    CONVOLUTION_GRADIENT(3),
    CONVOLUTION_INPUT_GRADIENT(3),
    STRIDED_CONVOLUTION(3),
    CONVOLUTION_OF_1X1_GRADIENT(3),
    DEPTHWISE(3),
    DEPTHWISE_GRADIENT(3),
    DEPTHWISE_INPUT_GRADIENT(3),
    POOLING_GRADIENT(3),
    POOLING_OF_NINE(2),
    POOLING_GRADIENT_OF_NINE(2),
    AVERAGE_POOLING(2),
    AVERAGE_POOLING_GRADIENT(2),
    NORMALIZE(1),
    KEEP(0.5),
    DROPOUT(0.5),
    RELU_GRADIENT(0.5),
    ADAM(1),
    ADAM_OF_TWO(1);

    /** How many times as fast as the reference's plain loops, which C2 may make vectors of. */
    private final double ratio;

    Work(double ratio) {
      this.ratio = ratio;
    }
  }

  private final Convolution first = new Convolution(28, 28, 1, 3, 3, 0, 0, 26, 26, 32);
  private final Convolution second = new Convolution(13, 13, 32, 3, 3, 0, 0, 11, 11, 64);
  private final Convolution strided =
      new Convolution(13, 13, 32, 3, 3, 2, 2, 1, 1, 1, 1, 7, 7, 64, true);
  private final Convolution ofOne = new Convolution(13, 13, 32, 1, 1, 0, 0, 13, 13, 32);
  private final Convolution depthwise = new Convolution(13, 13, 32, 3, 3, 1, 1, 13, 13, 32);
  private final Pooling pooling = new Pooling(26, 26, 32, 2, 2, 2, 2, 0, 0, 13, 13);
  private final Pooling ofNine = new Pooling(26, 26, 32, 3, 3, 2, 2, 0, 0, 13, 13);
  private final Random random = new Random(1);
  private final FMatrixRMaj image = Tensors.random(BATCH, 28 * 28, random);
  private final FMatrixRMaj maps = Tensors.random(BATCH, 26 * 26 * 32, random);
  private final FMatrixRMaj mapsGradient = Tensors.random(BATCH, 26 * 26 * 32, random);
  private final FMatrixRMaj pooled = Tensors.random(BATCH, 13 * 13 * 32, random);
  private final FMatrixRMaj mixed = Tensors.random(BATCH, 13 * 13 * 32, random);
  private final FMatrixRMaj stridden = Tensors.random(BATCH, 7 * 7 * 64, random);
  private final FMatrixRMaj convolved = Tensors.random(BATCH, 11 * 11 * 64, random);
  private final FMatrixRMaj units = Tensors.random(BATCH, 200, random);
  private final FMatrixRMaj pair = Tensors.random(2, 28 * 28, random);
  private final FMatrixRMaj unitsOfPair = Tensors.random(2, 200, random);
  private final byte[] pixels = new byte[BATCH * 28 * 28];
  private final short[] kept = new short[BATCH * 26 * 26 * 32];
  private final float[] w = new float[785 * 200];
  private final float[] m = new float[w.length];
  private final float[] v = new float[w.length];
  private final Kernels.AdamStep step = new Kernels.AdamStep(m, v, 0.001f, 0.1f, 0.001f, 1e-7f);
  private final Update update =
      (kernels, all, from, to, g, at) -> kernels.adam(all, from, to, g, at, step);
  private final float[] gradient = Tensors.vector(0, w.length, random);

  private void run(Work work, Kernels kernels) {
    switch (work) {
      case DENSE -> kernels.dense(image, w, 0, true, true, units);
      case DENSE_GRADIENT -> kernels.denseGradient(image, units, w, 0, true);
      case DENSE_INPUT_GRADIENT -> kernels.denseInputGradient(units, w, 0, true, image);
      case FIRST_CONVOLUTION -> kernels.convolve(first, image, w, 0, true, maps);
      case FIRST_CONVOLUTION_GRADIENT -> kernels.convolveGradient(first, image, maps, w, 0);
      case CONVOLUTION -> kernels.convolve(second, pooled, w, 0, true, convolved);
      case CONVOLUTION_GRADIENT -> kernels.convolveGradient(second, pooled, convolved, w, 0);
      case CONVOLUTION_INPUT_GRADIENT ->
          kernels.convolveInputGradient(second, convolved, w, 0, pooled);
      case STRIDED_CONVOLUTION -> kernels.convolve(strided, pooled, w, 0, true, stridden);
      case CONVOLUTION_OF_1X1_GRADIENT -> kernels.convolveGradient(ofOne, pooled, mixed, w, 0);
      case DEPTHWISE -> kernels.convolveDepthwise(depthwise, pooled, w, 0, true, mixed);
      case DEPTHWISE_GRADIENT -> kernels.convolveDepthwiseGradient(depthwise, pooled, mixed, w, 0);
      case DEPTHWISE_INPUT_GRADIENT ->
          kernels.convolveDepthwiseInputGradient(depthwise, mixed, w, 0, pooled);
      case DENSE_OF_TWO -> kernels.dense(pair, w, 0, true, true, unitsOfPair);
      case DENSE_GRADIENT_OF_TWO -> kernels.denseGradient(pair, unitsOfPair, w, 0, true);
      case DENSE_INPUT_GRADIENT_OF_TWO -> kernels.denseInputGradient(unitsOfPair, w, 0, true, pair);
      case NORMALIZE -> kernels.normalize(pixels, 0, pixels.length, 255, image.data, 0);
      case KEEP -> kernels.keep(1, 1 << 14, kept, 0, kept.length, kept.length);
      case DROPOUT -> kernels.dropout(kept, 1.25f, maps, mapsGradient);
      case RELU_GRADIENT -> kernels.reluGradient(maps, mapsGradient);
      case ADAM -> kernels.adam(w, 0, w.length, gradient, 0, step);
      case ADAM_OF_TWO -> kernels.denseUpdate(pair, unitsOfPair, w, gradient, 0, true, update);
      case POOLING_GRADIENT -> kernels.maxPoolGradient(pooling, maps, pooled, pooled, mapsGradient);
      case POOLING_OF_NINE -> kernels.maxPool(ofNine, maps, pooled);
      case POOLING_GRADIENT_OF_NINE ->
          kernels.maxPoolGradient(ofNine, maps, pooled, pooled, mapsGradient);
      case AVERAGE_POOLING -> kernels.averagePool(pooling, maps, pooled);
      case AVERAGE_POOLING_GRADIENT -> kernels.averagePoolGradient(pooling, pooled, mapsGradient);
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
    for (int round = 1; round < ROUNDS && referenceBest / best <= work.ratio; round++) {
      best = Math.min(best, fastest(work, vector));
      referenceBest = Math.min(referenceBest, fastest(work, reference));
    }
    double ratio = referenceBest / best;
    assertTrue(
        ratio > work.ratio, "Expected a ratio above %s, found %s".formatted(work.ratio, ratio));
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
