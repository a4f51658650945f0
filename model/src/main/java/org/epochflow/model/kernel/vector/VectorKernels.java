package org.epochflow.model.kernel.vector;

import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Channels;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Pooling;
import org.epochflow.model.kernel.Scratch;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.parallel.Share;

/**
 * Kernels with the vectors of {@code jdk.incubator.vector}, which needs a flag at the start of the
 * JVM.
 *
 * <p>Vectors lie over outputs, never along a sum: each sum runs in one fixed order, one fused
 * multiply-add a term. So results have the same bits for every vector width, tile, batch around an
 * example, and JDK.
 */
public final class VectorKernels implements Kernels {
  public static final String NAME = "vector";

  private final Share share;
  private final VectorDense dense;
  private final VectorConvolution convolution;
  private final VectorPooledConvolution pooledConvolution;
  private final VectorDepthwise depthwise;
  private final Scratch room = new Scratch();

  public VectorKernels(Share share) {
    this.share = share;
    Products products = new Products();
    dense = new VectorDense(share, products);
    convolution = new VectorConvolution(share, products);
    pooledConvolution = new VectorPooledConvolution(share, convolution);
    depthwise = new VectorDepthwise(share);
  }

  /** Whether this machine's vectors are wide enough to be worth it. */
  public static boolean isFast() {
    return Lanes.LENGTH >= 4;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean cutsExamples(int examples) {
    return dense.cutsExamples(examples);
  }

  @Override
  public void normalize(byte[] pixels, int from, int length, float divisor, float[] x, int to) {
    VectorElements.normalize(pixels, from, length, divisor, x, to);
  }

  @Override
  public void dense(FMatrixRMaj x, float[] w, int at, boolean biased, boolean relu, FMatrixRMaj y) {
    dense.forward(x, w, at, biased, relu, y);
  }

  @Override
  public void denseGradient(
      FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at, boolean biased) {
    dense.gradient(x, dy, gradient, at, biased);
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
    dense.update(this, x, dy, w, gradient, at, biased, update);
  }

  @Override
  public void denseInputGradient(
      FMatrixRMaj dy, float[] w, int at, boolean biased, FMatrixRMaj dx) {
    dense.inputGradient(dy, w, at, biased, dx);
  }

  @Override
  public void convolve(
      Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    int first = share.from(x.numRows);
    int last = share.to(x.numRows);
    convolution.forward(sizes, x, first, last, w, at, relu, y.data, first * y.numCols);
  }

  @Override
  public void convolveGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    convolution.gradient(sizes, x, 0, x.numRows, dy.data, 0, gradient, at);
  }

  @Override
  public void convolveInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    int first = share.from(dy.numRows);
    convolution.turn(sizes, w, at);
    convolution.inputGradient(sizes, dy.data, first * dy.numCols, first, share.to(dy.numRows), dx);
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
    pooledConvolution.forward(sizes, x, w, at, relu, y, largest);
  }

  @Override
  public void convolveAndPoolGradient(
      Convolution sizes,
      FMatrixRMaj x,
      FMatrixRMaj dy,
      FMatrixRMaj largest,
      float[] gradient,
      int at) {
    pooledConvolution.gradient(sizes, x, dy, largest, gradient, at);
  }

  @Override
  public void convolveAndPoolInputGradient(
      Convolution sizes, FMatrixRMaj dy, FMatrixRMaj largest, float[] w, int at, FMatrixRMaj dx) {
    pooledConvolution.inputGradient(sizes, dy, largest, w, at, dx);
  }

  @Override
  public void convolveDepthwise(
      Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    depthwise.forward(sizes, x, w, at, relu, y);
  }

  @Override
  public void convolveDepthwiseGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    depthwise.gradient(sizes, x, dy, gradient, at);
  }

  @Override
  public void convolveDepthwiseInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    depthwise.inputGradient(sizes, dy, w, at, dx);
  }

  @Override
  public void reluGradient(FMatrixRMaj y, FMatrixRMaj dy) {
    int from = share.from(y.numRows) * y.numCols;
    VectorElements.reluGradient(y.data, dy.data, from, share.to(y.numRows) * y.numCols);
  }

  @Override
  public void keep(long stream, int threshold, short[] kept, int from, int to, int room) {
    VectorDropout.keep(stream, threshold, kept, from, to, room);
  }

  @Override
  public void dropout(short[] kept, float scale, FMatrixRMaj x, FMatrixRMaj y) {
    int from = share.from(x.numRows) * x.numCols;
    VectorDropout.apply(kept, scale, x.data, y.data, from, share.to(x.numRows) * x.numCols);
  }

  @Override
  public void maxPool(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y) {
    float[] values = room.atLeast(sizes.outWidth() * Lanes.LENGTH);
    VectorPooling.max(sizes, x, share.from(x.numRows), share.to(x.numRows), y, values);
  }

  @Override
  public void maxPoolGradient(
      Pooling sizes, FMatrixRMaj x, FMatrixRMaj y, FMatrixRMaj dy, FMatrixRMaj dx) {
    int last = share.to(x.numRows);
    float[] values = room.atLeast(sizes.outWidth() * Lanes.LENGTH);
    VectorPooling.maxGradient(sizes, x, y, share.from(x.numRows), last, dy, dx, values);
  }

  @Override
  public void averagePool(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y) {
    VectorPooling.average(sizes, x, share.from(x.numRows), share.to(x.numRows), y);
  }

  @Override
  public void averagePoolGradient(Pooling sizes, FMatrixRMaj dy, FMatrixRMaj dx) {
    VectorPooling.averageGradient(sizes, dy, share.from(dy.numRows), share.to(dy.numRows), dx);
  }

  @Override
  public void moments(FMatrixRMaj x, int channels, float[] moments) {
    VectorChannels.moments(x, share.from(x.numRows), share.to(x.numRows), channels, moments);
  }

  @Override
  public void affine(FMatrixRMaj x, Channels by, boolean relu, FMatrixRMaj y) {
    int from = share.from(x.numRows) * x.numCols;
    VectorChannels.affine(x.data, from, share.to(x.numRows) * x.numCols, by, relu, y.data);
  }

  @Override
  public void affineSums(Channels by, boolean relu, FMatrixRMaj x, FMatrixRMaj dy, float[] sums) {
    int from = share.from(x.numRows);
    int to = share.to(x.numRows);
    if (relu) {
      VectorChannels.mask(x.data, from * x.numCols, to * x.numCols, by, dy.data);
    }
    VectorChannels.sums(x, dy.data, from, to, by.center(), sums);
  }

  @Override
  public void affineGradient(
      float[] factor, Channels by, FMatrixRMaj x, FMatrixRMaj dy, FMatrixRMaj dx) {
    int from = share.from(x.numRows) * x.numCols;
    int to = share.to(x.numRows) * x.numCols;
    VectorChannels.gradient(factor, by, x.data, dy.data, from, to, dx.data);
  }

  @Override
  public void exp(float[] x, float[] y, int from, int to) {
    Exponential.of(x, y, from, to);
  }

  @Override
  public void softmax(FMatrixRMaj logits) {
    int columns = logits.numCols;
    int last = share.to(logits.numRows);
    for (int row = share.from(logits.numRows); row < last; row++) {
      softmax(logits.data, row * columns, (row + 1) * columns);
    }
  }

  private static void softmax(float[] values, int from, int to) {
    float largest = Float.NEGATIVE_INFINITY;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, values[i]);
    }
    float sum = 0;
    for (int i = from; i < to; i++) {
      values[i] = Exponential.of(values[i] - largest);
      sum += values[i];
    }
    for (int i = from; i < to; i++) {
      values[i] /= sum;
    }
  }

  @Override
  public void adam(float[] w, int from, int to, float[] g, int at, AdamStep step) {
    VectorElements.adam(w, from, to, g, at, step);
  }

  @Override
  public void axpy(float a, float[] x, int at, float[] y, int from, int to) {
    VectorElements.axpy(a, x, at, y, from, to);
  }
}
