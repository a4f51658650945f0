package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.Golden;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of {@link KernelsContract} that is about images. */
abstract class ImageKernelsContract extends PoolingKernelsContract {
  static final int AT = 3;

  static Stream<Convolution> convolutions() {
    int[][] kernels = {{1, 1}, {3, 3}, {5, 5}, {3, 5}};
    return Arrays.stream(kernels)
        .flatMap(
            kernel ->
                Stream.of(1, 3, 32)
                    .flatMap(
                        channels ->
                            Stream.of(1, 4, 17, 32)
                                .flatMap(filters -> both(kernel, channels, filters))));
  }

  /** Valid and same padding on 7 x 6 images. */
  private static Stream<Convolution> both(int[] kernel, int channels, int filters) {
    int h = kernel[0];
    int w = kernel[1];
    return Stream.of(
        new Convolution(7, 6, channels, h, w, 0, 0, 8 - h, 7 - w, filters),
        new Convolution(7, 6, channels, h, w, h / 2, w / 2, 7, 6, filters));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionIsTheFormula(Convolution s) {
    for (int batch : new int[] {1, 3}) {
      FMatrixRMaj x = Tensors.random(batch, s.height() * s.width() * s.channels(), random);
      float[] w = Tensors.vector(AT, parameters(s), random);
      FMatrixRMaj y = Tensors.dirty(batch, s.positions() * s.filters());
      kernels.convolve(s, x, w, AT, false, y);
      NaiveKernels.convolve(s, x, w, AT).assertClose(y.data, 0);
      kernels.convolve(s, x, w, AT, true, y);
      NaiveKernels.convolve(s, x, w, AT).relu().assertClose(y.data, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionGradientsAreTheFormula(Convolution s) {
    for (int batch : new int[] {1, 3}) {
      FMatrixRMaj x = Tensors.random(batch, s.height() * s.width() * s.channels(), random);
      FMatrixRMaj dy = Tensors.random(batch, s.positions() * s.filters(), random);
      float[] w = Tensors.vector(AT, parameters(s), random);
      float[] gradient = Tensors.dirty(w.length);
      kernels.convolveGradient(s, x, dy, gradient, AT);
      NaiveKernels.convolveGradient(s, x, dy).assertClose(gradient, AT);
      assertUntouchedOutside(gradient, parameters(s));
      FMatrixRMaj dx = Tensors.dirty(batch, x.numCols);
      kernels.convolveInputGradient(s, dy, w, AT, dx);
      NaiveKernels.convolveInputGradient(s, dy, w, AT).assertClose(dx.data, 0);
    }
  }

  static int parameters(Convolution s) {
    return (s.patch() + 1) * s.filters();
  }

  static void assertUntouchedOutside(float[] gradient, int size) {
    for (int i = 0; i < gradient.length; i++) {
      assertEquals(i < AT || i >= AT + size, Float.isNaN(gradient[i]), "value " + i);
    }
  }

  @Test
  void theCoursesConvolutionIsNotFlipped() {
    float[] x = {
      .6f, .4f, .1f, .2f, .2f, .2f, .3f, .8f, .5f, .3f, .1f, .9f, .6f, 0, .1f, .4f, .2f, .1f, 0, 0,
      .5f, .1f, 0, .1f, .3f
    };
    float[] w = {0, -1, 0, -1, 5, -1, 0, -1, 0, 0};
    Convolution s = new Convolution(5, 5, 1, 3, 3, 0, 0, 3, 3, 1);
    FMatrixRMaj y = Tensors.dirty(1, 9);
    kernels.convolve(s, Tensors.of(1, x), w, 0, false, y);
    float[] convolved = {-.8f, 2.5f, 1.2f, 3.3f, 1.2f, -1.2f, -.5f, -.3f, -.2f};
    assertArrayEquals(convolved, Tensors.values(y), 1e-6f);
    kernels.convolve(s, Tensors.of(1, x), w, 0, true, y);
    assertArrayEquals(
        new float[] {0, 2.5f, 1.2f, 3.3f, 1.2f, 0, 0, 0, 0}, Tensors.values(y), 1e-6f);
    FMatrixRMaj pooled = Tensors.dirty(1, 4);
    kernels.maxPool(pooling(3, 3, 1, 2, 2, 1), y, pooled);
    assertArrayEquals(new float[] {3.3f, 2.5f, 3.3f, 1.2f}, Tensors.values(pooled), 1e-6f);
  }

  @Test
  void theCoursesConvolutionIsKerasAtEveryPaddingAndStride() throws IOException {
    JsonNode worked = Golden.read("worked-convolution.json");
    FMatrixRMaj x = Tensors.of(1, Golden.floats(worked.get("input")));
    float[] w = Arrays.copyOf(Golden.floats(worked.get("kernel")), 10);
    for (JsonNode step : worked.get("cases")) {
      w[9] = step.get("bias").floatValue();
      int pad = step.get("padding").asText().equals("same") ? 1 : 0;
      int side = 3 + 2 * pad;
      Convolution s = new Convolution(5, 5, 1, 3, 3, pad, pad, side, side, 1);
      FMatrixRMaj y = Tensors.dirty(1, side * side);
      kernels.convolve(s, x, w, 0, false, y);
      assertArrayEquals(Golden.floats(step.get("convolved")), Tensors.values(y), 1e-6f);
      kernels.convolve(s, x, w, 0, true, y);
      assertArrayEquals(Golden.floats(step.get("relu")), Tensors.values(y), 1e-6f);
      for (int stride = 1; stride <= 2; stride++) {
        float[] expected = Golden.floats(step.get("pool_2_stride_" + stride));
        FMatrixRMaj pooled = Tensors.dirty(1, expected.length);
        kernels.maxPool(pooling(side, side, 1, 2, 2, stride), y, pooled);
        assertArrayEquals(expected, Tensors.values(pooled), 1e-6f);
      }
    }
  }
}
