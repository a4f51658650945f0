package org.epochflow.model.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The part of {@link KernelsContract} that is about convolutions. */
abstract class ConvolutionKernelsContract extends PoolingKernelsContract {
  static final int AT = 3;

  /** On 7 x 6 images, with a bias, and windows that are dense and begin at every place. */
  private static Stream<Convolution> plain() {
    int[][] kernels = {{1, 1}, {3, 3}, {5, 5}, {3, 5}};
    return Arrays.stream(kernels)
        .flatMap(kernel -> sizes(kernel[0], kernel[1], new int[] {1, 1, 1, 1}, true));
  }

  /** Also with even kernels, strides, dilations, and without a bias. */
  static Stream<Convolution> convolutions() {
    int[][] windows = {
      {2, 2, 1, 1, 1, 1},
      {3, 3, 1, 1, 1, 1},
      {4, 1, 1, 1, 1, 1},
      {1, 1, 2, 2, 1, 1},
      {3, 3, 2, 2, 1, 1},
      {2, 3, 3, 2, 1, 1},
      {2, 2, 3, 4, 1, 1},
      {3, 3, 1, 1, 2, 1},
      {3, 2, 1, 1, 1, 3},
      {2, 3, 1, 1, 3, 2},
      {2, 2, 2, 3, 2, 2}
    };
    return Stream.concat(
        plain(),
        Arrays.stream(windows).flatMap(w -> sizes(w[0], w[1], Arrays.copyOfRange(w, 2, 6), false)));
  }

  /** With valid and same padding, and several channels and filters. */
  private static Stream<Convolution> sizes(int h, int w, int[] apart, boolean biased) {
    return Stream.of(1, 3, 32)
        .flatMap(
            channels ->
                Stream.of(1, 4, 17, 32)
                    .flatMap(
                        filters ->
                            Stream.of(false, true)
                                .map(same -> size(h, w, apart, same, channels, filters, biased))));
  }

  /** Padded as Keras pads. */
  static Convolution size(
      int h, int w, int[] apart, boolean same, int channels, int filters, boolean biased) {
    int[] rows = along(7, h, apart[0], apart[2], same);
    int[] columns = along(6, w, apart[1], apart[3], same);
    return new Convolution(
        7,
        6,
        channels,
        h,
        w,
        apart[0],
        apart[1],
        apart[2],
        apart[3],
        rows[0],
        columns[0],
        rows[1],
        columns[1],
        filters,
        biased);
  }

  /** The zeros before the first input, and the number of outputs. */
  private static int[] along(int size, int kernel, int stride, int dilation, boolean same) {
    int window = (kernel - 1) * dilation + 1;
    int out = same ? (size + stride - 1) / stride : (size - window) / stride + 1;
    int zeros = same ? Math.max(0, (out - 1) * stride + window - size) : 0;
    return new int[] {zeros / 2, out};
  }

  /** One filter or more for each channel. */
  static Stream<Convolution> depthwise() {
    int[][] filters = {{1, 1}, {3, 3}, {17, 17}, {32, 32}, {40, 40}, {3, 6}, {8, 16}, {1, 20}};
    return convolutions()
        .filter(s -> s.channels() == 1 && s.filters() == 1)
        .flatMap(
            s ->
                Arrays.stream(filters)
                    .map(
                        f ->
                            new Convolution(
                                s.height(),
                                s.width(),
                                f[0],
                                s.kernelHeight(),
                                s.kernelWidth(),
                                s.strideHeight(),
                                s.strideWidth(),
                                s.dilationHeight(),
                                s.dilationWidth(),
                                s.padTop(),
                                s.padLeft(),
                                s.outHeight(),
                                s.outWidth(),
                                f[1],
                                s.biased())));
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionIsTheFormula(Convolution s) {
    for (int batch : new int[] {1, 3}) {
      FMatrixRMaj x = Tensors.random(batch, s.height() * s.width() * s.channels(), random);
      float[] w = Tensors.vector(AT, NaiveKernels.parameters(s, false), random);
      FMatrixRMaj y = Tensors.dirty(batch, s.positions() * s.filters());
      kernels.convolve(s, x, w, AT, false, y);
      NaiveKernels.convolve(s, false, x, w, AT).assertClose(y.data, 0);
      kernels.convolve(s, x, w, AT, true, y);
      NaiveKernels.convolve(s, false, x, w, AT).relu().assertClose(y.data, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolutionGradientsAreTheFormula(Convolution s) {
    int parameters = NaiveKernels.parameters(s, false);
    for (int batch : new int[] {1, 3}) {
      FMatrixRMaj x = Tensors.random(batch, s.height() * s.width() * s.channels(), random);
      FMatrixRMaj dy = Tensors.random(batch, s.positions() * s.filters(), random);
      float[] w = Tensors.vector(AT, parameters, random);
      float[] gradient = Tensors.dirty(w.length);
      kernels.convolveGradient(s, x, dy, gradient, AT);
      NaiveKernels.convolveGradient(s, false, x, dy).assertClose(gradient, AT);
      assertUntouchedOutside(gradient, parameters);
      FMatrixRMaj dx = Tensors.dirty(batch, x.numCols);
      kernels.convolveInputGradient(s, dy, w, AT, dx);
      NaiveKernels.convolveInputGradient(s, false, dy, w, AT).assertClose(dx.data, 0);
    }
  }

  /** Those whose outputs are pooled at once. */
  static Stream<Convolution> pooledConvolutions() {
    return convolutions().filter(s -> s.filters() == 32 && s.outHeight() > 1 && s.outWidth() > 1);
  }

  /** Also where there are more images than are worked on at once. */
  @ParameterizedTest
  @MethodSource("pooledConvolutions")
  void pooledConvolutionIsTheConvolutionAndThenThePooling(Convolution s) {
    Convolution under = s.underWindows();
    Pooling pooling = pooling(s.outHeight(), s.outWidth(), s.filters(), 2, 2, 2);
    float[] w = Tensors.vector(AT, NaiveKernels.parameters(s, false), random);
    for (int batch : new int[] {1, 3, 110}) {
      FMatrixRMaj x = Tensors.ties(batch, s.height() * s.width() * s.channels(), random);
      FMatrixRMaj sums = Tensors.dirty(batch, s.positions() * s.filters());
      FMatrixRMaj expected = Tensors.dirty(batch, under.positions() / 4 * s.filters());
      kernels.convolve(s, x, w, AT, true, sums);
      kernels.maxPool(pooling, sums, expected);
      FMatrixRMaj y = Tensors.dirty(batch, expected.numCols);
      FMatrixRMaj largest = Tensors.dirty(batch, expected.numCols);
      kernels.convolveAndPool(under, x, w, AT, true, y, largest);
      assertArrayEquals(Tensors.values(expected), Tensors.values(y));

      FMatrixRMaj dy = Tensors.random(batch, y.numCols, random);
      FMatrixRMaj dSums = Tensors.dirty(batch, sums.numCols);
      kernels.maxPoolGradient(pooling, sums, y, dy, dSums);
      float[] expectedGradient = Tensors.dirty(w.length);
      kernels.convolveGradient(s, x, dSums, expectedGradient, AT);
      float[] gradient = Tensors.dirty(w.length);
      kernels.convolveAndPoolGradient(under, x, dy, largest, gradient, AT);
      assertArrayEquals(expectedGradient, gradient);
      FMatrixRMaj expectedDx = Tensors.dirty(batch, x.numCols);
      kernels.convolveInputGradient(s, dSums, w, AT, expectedDx);
      FMatrixRMaj dx = Tensors.dirty(batch, x.numCols);
      kernels.convolveAndPoolInputGradient(under, dy, largest, w, AT, dx);
      assertArrayEquals(Tensors.values(expectedDx), Tensors.values(dx));
    }
  }

  @ParameterizedTest
  @MethodSource("depthwise")
  void depthwiseConvolutionIsTheFormula(Convolution s) {
    for (int batch : new int[] {1, 3}) {
      FMatrixRMaj x = Tensors.random(batch, s.height() * s.width() * s.channels(), random);
      float[] w = Tensors.vector(AT, NaiveKernels.parameters(s, true), random);
      FMatrixRMaj y = Tensors.dirty(batch, s.positions() * s.filters());
      kernels.convolveDepthwise(s, x, w, AT, false, y);
      NaiveKernels.convolve(s, true, x, w, AT).assertClose(y.data, 0);
      kernels.convolveDepthwise(s, x, w, AT, true, y);
      NaiveKernels.convolve(s, true, x, w, AT).relu().assertClose(y.data, 0);
    }
  }

  @ParameterizedTest
  @MethodSource("depthwise")
  void depthwiseGradientsAreTheFormula(Convolution s) {
    int parameters = NaiveKernels.parameters(s, true);
    for (int batch : new int[] {1, 3}) {
      FMatrixRMaj x = Tensors.random(batch, s.height() * s.width() * s.channels(), random);
      FMatrixRMaj dy = Tensors.random(batch, s.positions() * s.filters(), random);
      float[] w = Tensors.vector(AT, parameters, random);
      float[] gradient = Tensors.dirty(w.length);
      kernels.convolveDepthwiseGradient(s, x, dy, gradient, AT);
      NaiveKernels.convolveGradient(s, true, x, dy).assertClose(gradient, AT);
      assertUntouchedOutside(gradient, parameters);
      FMatrixRMaj dx = Tensors.dirty(batch, x.numCols);
      kernels.convolveDepthwiseInputGradient(s, dy, w, AT, dx);
      NaiveKernels.convolveInputGradient(s, true, dy, w, AT).assertClose(dx.data, 0);
    }
  }

  static void assertUntouchedOutside(float[] gradient, int size) {
    for (int i = 0; i < gradient.length; i++) {
      assertEquals(i < AT || i >= AT + size, Float.isNaN(gradient[i]), "value " + i);
    }
  }
}
