package org.epochflow.model.kernel;

import java.util.Arrays;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.epochflow.model.parallel.Share;

/**
 * The reference: EJML's matrix products and plain loops. Runs on any JVM. A convolution is a matrix
 * product over the patches of one image at a time (im2col). For a single thread.
 */
public final class EjmlKernels implements Kernels {
  public static final String NAME = "ejml";

  private final FMatrixRMaj weights = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj weightGradient = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj patches = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj image = new FMatrixRMaj(0, 0);

  EjmlKernels(Share share) {
    if (!share.equals(Share.ALL)) {
      throw new IllegalArgumentException("Expected one thread for --kernels=ejml, found " + share);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean cutsExamples(int examples) {
    return true;
  }

  @Override
  public void normalize(byte[] pixels, int from, int length, float divisor, float[] x, int to) {
    for (int i = 0; i < length; i++) {
      x[to + i] = (pixels[from + i] & 0xff) / divisor;
    }
  }

  @Override
  public void dense(FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    load(w, at, x.numCols, y.numCols);
    CommonOps_FDRM.mult(x, weights, y);
    addBias(w, at + x.numCols * y.numCols, y.numCols, relu, y);
  }

  @Override
  public void denseGradient(FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    weightGradient.reshape(x.numCols, dy.numCols);
    CommonOps_FDRM.multTransA(x, dy, weightGradient);
    int size = x.numCols * dy.numCols;
    System.arraycopy(weightGradient.data, 0, gradient, at, size);
    sumInto(dy, dy.numCols, gradient, at + size);
  }

  @Override
  public void denseUpdate(
      FMatrixRMaj x, FMatrixRMaj dy, float[] w, float[] gradient, int at, Update update) {
    denseGradient(x, dy, gradient, at);
    update.apply(this, w, at, at + (x.numCols + 1) * dy.numCols, gradient, at);
  }

  @Override
  public void denseInputGradient(FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    load(w, at, dx.numCols, dy.numCols);
    CommonOps_FDRM.multTransB(dy, weights, dx);
  }

  @Override
  public void convolve(
      Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    load(w, at, sizes.patch(), sizes.filters());
    image.reshape(sizes.positions(), sizes.filters());
    for (int row = 0; row < x.numRows; row++) {
      gather(sizes, x, row);
      CommonOps_FDRM.mult(patches, weights, image);
      System.arraycopy(image.data, 0, y.data, row * y.numCols, y.numCols);
    }
    addBias(w, at + sizes.patch() * sizes.filters(), sizes.filters(), relu, y);
  }

  @Override
  public void convolveGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    weightGradient.reshape(sizes.patch(), sizes.filters());
    weightGradient.zero();
    image.reshape(sizes.positions(), sizes.filters());
    for (int row = 0; row < x.numRows; row++) {
      gather(sizes, x, row);
      System.arraycopy(dy.data, row * dy.numCols, image.data, 0, dy.numCols);
      CommonOps_FDRM.multAddTransA(patches, image, weightGradient);
    }
    int size = sizes.patch() * sizes.filters();
    System.arraycopy(weightGradient.data, 0, gradient, at, size);
    sumInto(dy, sizes.filters(), gradient, at + size);
  }

  @Override
  public void convolveInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    load(w, at, sizes.patch(), sizes.filters());
    image.reshape(sizes.positions(), sizes.filters());
    patches.reshape(sizes.positions(), sizes.patch());
    dx.zero();
    for (int row = 0; row < dy.numRows; row++) {
      System.arraycopy(dy.data, row * dy.numCols, image.data, 0, dy.numCols);
      CommonOps_FDRM.multTransB(image, weights, patches);
      scatter(sizes, dx, row);
    }
  }

  @Override
  public void reluGradient(FMatrixRMaj y, FMatrixRMaj dy) {
    int size = y.numRows * y.numCols;
    for (int i = 0; i < size; i++) {
      dy.data[i] = y.data[i] > 0 ? dy.data[i] : 0;
    }
  }

  @Override
  public void keep(long stream, int threshold, short[] kept, int from, int to, int room) {
    KeptValues.draw(stream, 0, threshold, kept, from, to);
  }

  @Override
  public void dropout(short[] kept, float scale, FMatrixRMaj x, FMatrixRMaj y) {
    for (int i = 0; i < x.getNumElements(); i++) {
      y.data[i] = kept[i] == 0 ? 0 : x.data[i] * scale;
    }
  }

  @Override
  public void maxPool(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y) {
    for (int line = 0; line < x.numRows * sizes.outHeight(); line++) {
      PlainPooling.max(sizes, line, 0, x.data, y.data);
    }
  }

  @Override
  public void maxPoolGradient(
      Pooling sizes, FMatrixRMaj x, FMatrixRMaj y, FMatrixRMaj dy, FMatrixRMaj dx) {
    dx.zero();
    for (int line = 0; line < x.numRows * sizes.outHeight(); line++) {
      PlainPooling.maxGradient(sizes, line, 0, x.data, dy.data, dx.data);
    }
  }

  @Override
  public void averagePool(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y) {
    for (int line = 0; line < x.numRows * sizes.outHeight(); line++) {
      PlainPooling.average(sizes, line, 0, x.data, y.data);
    }
  }

  @Override
  public void averagePoolGradient(Pooling sizes, FMatrixRMaj dy, FMatrixRMaj dx) {
    dx.zero();
    for (int line = 0; line < dy.numRows * sizes.outHeight(); line++) {
      PlainPooling.averageGradient(sizes, line, 0, dy.data, dx.data);
    }
  }

  @Override
  public void softmax(FMatrixRMaj logits) {
    int columns = logits.numCols;
    for (int row = 0; row < logits.numRows; row++) {
      int from = row * columns;
      float largest = Float.NEGATIVE_INFINITY;
      for (int i = from; i < from + columns; i++) {
        largest = Math.max(largest, logits.data[i]);
      }
      float sum = 0;
      for (int i = from; i < from + columns; i++) {
        logits.data[i] = (float) StrictMath.exp(logits.data[i] - largest);
        sum += logits.data[i];
      }
      for (int i = from; i < from + columns; i++) {
        logits.data[i] /= sum;
      }
    }
  }

  @Override
  public void adam(float[] w, int from, int to, float[] g, int at, AdamStep step) {
    float[] m = step.m();
    float[] v = step.v();
    for (int i = from; i < to; i++) {
      float gi = g[at - from + i];
      m[i] = AdamStep.normal(m[i] + (gi - m[i]) * step.oneMinusBeta1());
      v[i] = AdamStep.normal(v[i] + (gi * gi - v[i]) * step.oneMinusBeta2());
      w[i] -= step.rate() * m[i] / ((float) Math.sqrt(v[i]) + step.epsilon());
    }
  }

  @Override
  public void axpy(float a, float[] x, int at, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] += a * x[at - from + i];
    }
  }

  private void load(float[] w, int at, int rows, int columns) {
    weights.reshape(rows, columns);
    System.arraycopy(w, at, weights.data, 0, rows * columns);
  }

  private static void addBias(float[] w, int at, int columns, boolean relu, FMatrixRMaj y) {
    float least = relu ? 0 : Float.NEGATIVE_INFINITY;
    int size = y.numRows * y.numCols;
    for (int from = 0; from < size; from += columns) {
      for (int j = 0; j < columns; j++) {
        y.data[from + j] = Math.max(least, y.data[from + j] + w[at + j]);
      }
    }
  }

  private static void sumInto(FMatrixRMaj dy, int columns, float[] gradient, int at) {
    Arrays.fill(gradient, at, at + columns, 0f);
    int size = dy.numRows * dy.numCols;
    for (int from = 0; from < size; from += columns) {
      for (int j = 0; j < columns; j++) {
        gradient[at + j] += dy.data[from + j];
      }
    }
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
  private static void eachStrip(Convolution sizes, int base, Strip strip) {
    int channels = sizes.channels();
    for (int i = 0; i < sizes.outHeight(); i++) {
      for (int j = 0; j < sizes.outWidth(); j++) {
        int patch = (i * sizes.outWidth() + j) * sizes.patch();
        int left = Math.max(0, j - sizes.padLeft());
        int right = Math.min(sizes.width(), j - sizes.padLeft() + sizes.kernelWidth());
        int skipped = left - (j - sizes.padLeft());
        for (int k = 0; k < sizes.kernelHeight(); k++) {
          int y = i - sizes.padTop() + k;
          if (y >= 0 && y < sizes.height()) {
            strip.visit(
                base + (y * sizes.width() + left) * channels,
                patch + (k * sizes.kernelWidth() + skipped) * channels,
                (right - left) * channels);
          }
        }
      }
    }
  }

  private interface Strip {
    void visit(int at, int patch, int length);
  }
}
