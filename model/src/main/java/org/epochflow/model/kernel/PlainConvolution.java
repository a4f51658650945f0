package org.epochflow.model.kernel;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;

/**
 * The reference of convolutions: a matrix product over the patches of one image at a time (im2col);
 * of depthwise ones, plain loops.
 */
final class PlainConvolution {
  private final FMatrixRMaj weights = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj weightGradient = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj patches = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj image = new FMatrixRMaj(0, 0);

  /** See {@link Kernels#convolve}, without the bias and the relu. */
  void forward(Convolution sizes, FMatrixRMaj x, float[] w, int at, FMatrixRMaj y) {
    load(sizes, w, at);
    image.reshape(sizes.positions(), sizes.filters());
    for (int row = 0; row < x.numRows; row++) {
      gather(sizes, x, row);
      CommonOps_FDRM.mult(patches, weights, image);
      System.arraycopy(image.data, 0, y.data, row * y.numCols, y.numCols);
    }
  }

  /** See {@link Kernels#convolveGradient}, without that of the bias. */
  void gradient(Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    weightGradient.reshape(sizes.patch(), sizes.filters());
    weightGradient.zero();
    image.reshape(sizes.positions(), sizes.filters());
    for (int row = 0; row < x.numRows; row++) {
      gather(sizes, x, row);
      System.arraycopy(dy.data, row * dy.numCols, image.data, 0, dy.numCols);
      CommonOps_FDRM.multAddTransA(patches, image, weightGradient);
    }
    System.arraycopy(weightGradient.data, 0, gradient, at, sizes.patch() * sizes.filters());
  }

  /** See {@link Kernels#convolveInputGradient}. */
  void inputGradient(Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    load(sizes, w, at);
    image.reshape(sizes.positions(), sizes.filters());
    patches.reshape(sizes.positions(), sizes.patch());
    dx.zero();
    for (int row = 0; row < dy.numRows; row++) {
      System.arraycopy(dy.data, row * dy.numCols, image.data, 0, dy.numCols);
      CommonOps_FDRM.multTransB(image, weights, patches);
      scatter(sizes, dx, row);
    }
  }

  private void load(Convolution sizes, float[] w, int at) {
    weights.reshape(sizes.patch(), sizes.filters());
    System.arraycopy(w, at, weights.data, 0, sizes.patch() * sizes.filters());
  }

  /** Writes the patches of one image, a row for each output position. */
  private void gather(Convolution sizes, FMatrixRMaj x, int row) {
    patches.reshape(sizes.positions(), sizes.patch());
    patches.zero();
    eachStrip(
        sizes,
        row * x.numCols,
        (at, patch, length) -> System.arraycopy(x.data, at, patches.data, patch, length));
  }

  /** Adds the patches to the values that {@link #gather} took them from. */
  private void scatter(Convolution sizes, FMatrixRMaj dx, int row) {
    eachStrip(
        sizes,
        row * dx.numCols,
        (at, patch, length) -> {
          for (int i = 0; i < length; i++) {
            dx.data[at + i] += patches.data[patch + i];
          }
        });
  }

  /** Visits every run of values that are contiguous both in the image and in its patches. */
  private static void eachStrip(Convolution s, int base, Strip strip) {
    int channels = s.channels();
    // With dilation, a place of the kernel is a run of its own.
    int places = s.dilationWidth() == 1 ? s.kernelWidth() : 1;
    for (int position = 0; position < s.positions(); position++) {
      int top = position / s.outWidth() * s.strideHeight() - s.padTop();
      int begin = position % s.outWidth() * s.strideWidth() - s.padLeft();
      for (int k = 0; k < s.kernelHeight(); k++) {
        int y = top + k * s.dilationHeight();
        for (int place = 0; y >= 0 && y < s.height() && place < s.kernelWidth(); place += places) {
          int from = begin + place * s.dilationWidth();
          int left = Math.max(0, from);
          int right = Math.min(s.width(), from + places);
          if (left < right) {
            int skipped = k * s.kernelWidth() + place + left - from;
            strip.visit(
                base + (y * s.width() + left) * channels,
                position * s.patch() + skipped * channels,
                (right - left) * channels);
          }
        }
      }
    }
  }

  private interface Strip {
    void visit(int at, int patch, int length);
  }

  /** See {@link Kernels#convolveDepthwise}, without the bias and the relu. */
  static void depthwise(Convolution sizes, FMatrixRMaj x, float[] w, int at, FMatrixRMaj y) {
    y.zero();
    eachTerm(sizes, x.numRows, (in, weight, out) -> y.data[out] += x.data[in] * w[at + weight]);
  }

  /** See {@link Kernels#convolveDepthwiseGradient}, without that of the bias. */
  static void depthwiseGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    Arrays.fill(gradient, at, at + sizes.places() * sizes.filters(), 0f);
    eachTerm(
        sizes, x.numRows, (in, weight, out) -> gradient[at + weight] += x.data[in] * dy.data[out]);
  }

  /** See {@link Kernels#convolveDepthwiseInputGradient}. */
  static void depthwiseInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    dx.zero();
    eachTerm(sizes, dy.numRows, (in, weight, out) -> dx.data[in] += dy.data[out] * w[at + weight]);
  }

  /** Visits each product of a depthwise convolution whose input is inside its image. */
  private static void eachTerm(Convolution s, int rows, Term term) {
    int each = s.filters() / s.channels();
    for (int position = 0; position < rows * s.positions(); position++) {
      int image = position / s.positions();
      int top = position % s.positions() / s.outWidth() * s.strideHeight() - s.padTop();
      int left = position % s.outWidth() * s.strideWidth() - s.padLeft();
      for (int place = 0; place < s.places(); place++) {
        int i = top + place / s.kernelWidth() * s.dilationHeight();
        int j = left + place % s.kernelWidth() * s.dilationWidth();
        if (i >= 0 && i < s.height() && j >= 0 && j < s.width()) {
          int in = ((image * s.height() + i) * s.width() + j) * s.channels();
          for (int f = 0; f < s.filters(); f++) {
            term.visit(in + f / each, place * s.filters() + f, position * s.filters() + f);
          }
        }
      }
    }
  }

  private interface Term {
    void visit(int in, int weight, int out);
  }
}
