package org.epochflow.model.kernel;

import org.ejml.data.FMatrixRMaj;

/**
 * The formulas of {@link Kernels} as plain loops in double precision, as slow as they are plain.
 */
final class NaiveKernels {
  private NaiveKernels() {}

  static Sums dense(FMatrixRMaj x, float[] w, int at, boolean biased, int units) {
    Sums y = new Sums(x.numRows * units);
    for (int row = 0; row < x.numRows; row++) {
      for (int j = 0; j < units; j++) {
        y.add(row * units + j, biased ? w[at + x.numCols * units + j] : 0);
        for (int i = 0; i < x.numCols; i++) {
          y.add(row * units + j, (double) x.get(row, i) * w[at + i * units + j]);
        }
      }
    }
    return y;
  }

  /** The kernel's gradient, the bias's after it. */
  static Sums denseGradient(FMatrixRMaj x, FMatrixRMaj dy, boolean biased) {
    int units = dy.numCols;
    Sums gradient = new Sums((biased ? x.numCols + 1 : x.numCols) * units);
    for (int row = 0; row < x.numRows; row++) {
      for (int j = 0; j < units; j++) {
        if (biased) {
          gradient.add(x.numCols * units + j, dy.get(row, j));
        }
        for (int i = 0; i < x.numCols; i++) {
          gradient.add(i * units + j, (double) x.get(row, i) * dy.get(row, j));
        }
      }
    }
    return gradient;
  }

  static Sums denseInputGradient(FMatrixRMaj dy, float[] w, int at, int inputs) {
    Sums dx = new Sums(dy.numRows * inputs);
    for (int row = 0; row < dy.numRows; row++) {
      for (int j = 0; j < dy.numCols; j++) {
        for (int i = 0; i < inputs; i++) {
          dx.add(row * inputs + i, (double) dy.get(row, j) * w[at + i * dy.numCols + j]);
        }
      }
    }
    return dx;
  }

  static Sums convolve(Convolution sizes, boolean depthwise, FMatrixRMaj x, float[] w, int at) {
    Sums y = new Sums(x.numRows * sizes.positions() * sizes.filters());
    for (int i = 0; sizes.biased() && i < y.values.length; i++) {
      y.add(i, w[at + weights(sizes, depthwise) + i % sizes.filters()]);
    }
    eachTerm(
        sizes,
        depthwise,
        x.numRows,
        (in, weight, out) -> y.add(out, (double) x.data[in] * w[at + weight]));
    return y;
  }

  /** The kernel's gradient, the bias's after it. */
  static Sums convolveGradient(
      Convolution sizes, boolean depthwise, FMatrixRMaj x, FMatrixRMaj dy) {
    int weights = weights(sizes, depthwise);
    Sums gradient = new Sums(parameters(sizes, depthwise));
    for (int i = 0; sizes.biased() && i < dy.getNumElements(); i++) {
      gradient.add(weights + i % sizes.filters(), dy.data[i]);
    }
    eachTerm(
        sizes,
        depthwise,
        x.numRows,
        (in, weight, out) -> gradient.add(weight, (double) x.data[in] * dy.data[out]));
    return gradient;
  }

  static Sums convolveInputGradient(
      Convolution sizes, boolean depthwise, FMatrixRMaj dy, float[] w, int at) {
    Sums dx = new Sums(dy.numRows * sizes.height() * sizes.width() * sizes.channels());
    eachTerm(
        sizes,
        depthwise,
        dy.numRows,
        (in, weight, out) -> dx.add(in, (double) dy.data[out] * w[at + weight]));
    return dx;
  }

  static int parameters(Convolution s, boolean depthwise) {
    return weights(s, depthwise) + (s.biased() ? s.filters() : 0);
  }

  private static int weights(Convolution s, boolean depthwise) {
    return (depthwise ? s.places() : s.patch()) * s.filters();
  }

  /** Visits {@code y[out] += x[in] w[weight]}, where {@code in} is inside the image. */
  private static void eachTerm(Convolution s, boolean depthwise, int rows, Term term) {
    for (int out = 0; out < rows * s.positions() * s.filters(); out++) {
      int filter = out % s.filters();
      int j = out / s.filters() % s.outWidth();
      int i = out / s.filters() / s.outWidth() % s.outHeight();
      int row = out / s.filters() / s.positions();
      for (int patch = 0; patch < s.patch(); patch++) {
        int channel = patch % s.channels();
        int place = patch / s.channels();
        int x = j * s.strideWidth() - s.padLeft() + place % s.kernelWidth() * s.dilationWidth();
        int y = i * s.strideHeight() - s.padTop() + place / s.kernelWidth() * s.dilationHeight();
        boolean inside = x >= 0 && x < s.width() && y >= 0 && y < s.height();
        if (inside && (!depthwise || channel == filter / (s.filters() / s.channels()))) {
          int in = ((row * s.height() + y) * s.width() + x) * s.channels() + channel;
          term.visit(in, (depthwise ? place : patch) * s.filters() + filter, out);
        }
      }
    }
  }

  private interface Term {
    void visit(int in, int weight, int out);
  }
}
