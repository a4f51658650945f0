package org.epochflow.model.kernel;

import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
import org.epochflow.model.parallel.Share;

/** The reference: EJML's matrix products and plain loops. Runs on any JVM. For a single thread. */
public final class EjmlKernels implements Kernels {
  public static final String NAME = "ejml";

  private final FMatrixRMaj weights = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj weightGradient = new FMatrixRMaj(0, 0);
  private final PlainConvolution convolution = new PlainConvolution();

  /** The outputs of a convolution whose outputs are pooled, or their gradient. */
  private final FMatrixRMaj sums = new FMatrixRMaj(0, 0);

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
  public void dense(FMatrixRMaj x, float[] w, int at, boolean biased, boolean relu, FMatrixRMaj y) {
    load(w, at, x.numCols, y.numCols);
    CommonOps_FDRM.mult(x, weights, y);
    PlainChannels.finish(biased, w, at + x.numCols * y.numCols, y.numCols, relu, y);
  }

  @Override
  public void denseGradient(
      FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at, boolean biased) {
    weightGradient.reshape(x.numCols, dy.numCols);
    CommonOps_FDRM.multTransA(x, dy, weightGradient);
    int size = x.numCols * dy.numCols;
    System.arraycopy(weightGradient.data, 0, gradient, at, size);
    if (biased) {
      PlainChannels.sumInto(dy, dy.numCols, gradient, at + size);
    }
  }

  @Override
  public void denseUpdate(
      FMatrixRMaj x,
      FMatrixRMaj dy,
      float[] w,
      float[] gradient,
      int at,
      boolean biased,
      Update update) {
    denseGradient(x, dy, gradient, at, biased);
    int rows = biased ? x.numCols + 1 : x.numCols;
    update.apply(this, w, at, at + rows * dy.numCols, gradient, at);
  }

  @Override
  public void denseInputGradient(
      FMatrixRMaj dy, float[] w, int at, boolean biased, FMatrixRMaj dx) {
    load(w, at, dx.numCols, dy.numCols);
    CommonOps_FDRM.multTransB(dy, weights, dx);
  }

  @Override
  public void convolve(
      Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    convolution.forward(sizes, x, w, at, y);
    PlainChannels.finish(
        sizes.biased(), w, at + sizes.patch() * sizes.filters(), sizes.filters(), relu, y);
  }

  @Override
  public void convolveGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    convolution.gradient(sizes, x, dy, gradient, at);
    if (sizes.biased()) {
      PlainChannels.sumInto(dy, sizes.filters(), gradient, at + sizes.patch() * sizes.filters());
    }
  }

  @Override
  public void convolveInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    convolution.inputGradient(sizes, dy, w, at, dx);
  }

  @Override
  public void convolveAndPool(
      Convolution sizes,
      FMatrixRMaj x,
      float[] w,
      int at,
      boolean relu,
      FMatrixRMaj y,
      FMatrixRMaj largest) {
    sums.reshape(x.numRows, sizes.positions() * sizes.filters());
    convolve(sizes, x, w, at, relu, sums);
    maxPool(sizes.pooling(), sums, y);
    for (int line = 0; line < x.numRows * sizes.pooling().outHeight(); line++) {
      PlainPooling.which(sizes.pooling(), line, sums.data, largest.data);
    }
  }

  @Override
  public void convolveAndPoolGradient(
      Convolution sizes,
      FMatrixRMaj x,
      FMatrixRMaj dy,
      FMatrixRMaj largest,
      float[] gradient,
      int at) {
    convolveGradient(sizes, x, spread(sizes, dy, largest), gradient, at);
  }

  @Override
  public void convolveAndPoolInputGradient(
      Convolution sizes, FMatrixRMaj dy, FMatrixRMaj largest, float[] w, int at, FMatrixRMaj dx) {
    convolveInputGradient(sizes, spread(sizes, dy, largest), w, at, dx);
  }

  private FMatrixRMaj spread(Convolution sizes, FMatrixRMaj dy, FMatrixRMaj largest) {
    sums.reshape(dy.numRows, sizes.positions() * sizes.filters());
    sums.zero();
    for (int line = 0; line < dy.numRows * sizes.pooling().outHeight(); line++) {
      PlainPooling.spread(sizes.pooling(), line, dy.data, largest.data, sums.data);
    }
    return sums;
  }

  @Override
  public void convolveDepthwise(
      Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    PlainConvolution.depthwise(sizes, x, w, at, y);
    PlainChannels.finish(
        sizes.biased(), w, at + sizes.places() * sizes.filters(), sizes.filters(), relu, y);
  }

  @Override
  public void convolveDepthwiseGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    PlainConvolution.depthwiseGradient(sizes, x, dy, gradient, at);
    if (sizes.biased()) {
      PlainChannels.sumInto(dy, sizes.filters(), gradient, at + sizes.places() * sizes.filters());
    }
  }

  @Override
  public void convolveDepthwiseInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    PlainConvolution.depthwiseInputGradient(sizes, dy, w, at, dx);
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
  public void moments(FMatrixRMaj x, int channels, float[] moments) {
    PlainChannels.moments(x, channels, moments);
  }

  @Override
  public void affine(FMatrixRMaj x, Channels by, boolean relu, FMatrixRMaj y) {
    PlainChannels.affine(x, by, relu, y);
  }

  @Override
  public void affineSums(Channels by, boolean relu, FMatrixRMaj x, FMatrixRMaj dy, float[] sums) {
    PlainChannels.affineSums(by, relu, x, dy, sums);
  }

  @Override
  public void affineGradient(
      float[] factor, Channels by, FMatrixRMaj x, FMatrixRMaj dy, FMatrixRMaj dx) {
    PlainChannels.affineGradient(factor, by, x, dy, dx);
  }

  @Override
  public void exp(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = (float) StrictMath.exp(x[i]);
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
      m[i] = AdamStep.first(m[i] + (gi - m[i]) * step.oneMinusBeta1());
      v[i] = AdamStep.second(v[i] + (AdamStep.square(gi) - v[i]) * step.oneMinusBeta2());
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
}
