package org.epochflow.model.kernel;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.parallel.Share;

/** Several instances that compute their shares, one after the other: together they are one. */
record InTurn(List<Kernels> shares) implements Kernels {
  static InTurn of(String name, int threads) {
    return new InTurn(
        IntStream.range(0, threads)
            .mapToObj(i -> Kernels.named(name, new Share(i, threads)))
            .toList());
  }

  private void each(Consumer<Kernels> call) {
    shares.forEach(call);
  }

  @Override
  public String name() {
    return shares.get(0).name();
  }

  @Override
  public boolean cutsExamples(int examples) {
    return shares.get(0).cutsExamples(examples);
  }

  @Override
  public void normalize(byte[] pixels, int from, int length, float divisor, float[] x, int to) {
    shares.get(0).normalize(pixels, from, length, divisor, x, to);
  }

  @Override
  public void keep(long stream, int threshold, short[] kept, int from, int to, int room) {
    shares.get(0).keep(stream, threshold, kept, from, to, room);
  }

  @Override
  public void dropout(short[] kept, float scale, FMatrixRMaj x, FMatrixRMaj y) {
    each(k -> k.dropout(kept, scale, x, y));
  }

  @Override
  public void dense(FMatrixRMaj x, float[] w, int at, boolean biased, boolean relu, FMatrixRMaj y) {
    each(k -> k.dense(x, w, at, biased, relu, y));
  }

  @Override
  public void denseGradient(
      FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at, boolean biased) {
    each(k -> k.denseGradient(x, dy, gradient, at, biased));
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
    each(k -> k.denseUpdate(x, dy, w, gradient, at, biased, update));
  }

  @Override
  public void denseInputGradient(
      FMatrixRMaj dy, float[] w, int at, boolean biased, FMatrixRMaj dx) {
    each(k -> k.denseInputGradient(dy, w, at, biased, dx));
  }

  @Override
  public void convolve(
      Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    each(k -> k.convolve(sizes, x, w, at, relu, y));
  }

  @Override
  public void convolveGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    each(k -> k.convolveGradient(sizes, x, dy, gradient, at));
  }

  @Override
  public void convolveInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    each(k -> k.convolveInputGradient(sizes, dy, w, at, dx));
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
    each(k -> k.convolveAndPool(sizes, x, w, at, relu, y, largest));
  }

  @Override
  public void convolveAndPoolGradient(
      Convolution sizes,
      FMatrixRMaj x,
      FMatrixRMaj dy,
      FMatrixRMaj largest,
      float[] gradient,
      int at) {
    each(k -> k.convolveAndPoolGradient(sizes, x, dy, largest, gradient, at));
  }

  @Override
  public void convolveAndPoolInputGradient(
      Convolution sizes, FMatrixRMaj dy, FMatrixRMaj largest, float[] w, int at, FMatrixRMaj dx) {
    each(k -> k.convolveAndPoolInputGradient(sizes, dy, largest, w, at, dx));
  }

  @Override
  public void convolveDepthwise(
      Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    each(k -> k.convolveDepthwise(sizes, x, w, at, relu, y));
  }

  @Override
  public void convolveDepthwiseGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    each(k -> k.convolveDepthwiseGradient(sizes, x, dy, gradient, at));
  }

  @Override
  public void convolveDepthwiseInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    each(k -> k.convolveDepthwiseInputGradient(sizes, dy, w, at, dx));
  }

  @Override
  public void reluGradient(FMatrixRMaj y, FMatrixRMaj dy) {
    each(k -> k.reluGradient(y, dy));
  }

  @Override
  public void maxPool(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y) {
    each(k -> k.maxPool(sizes, x, y));
  }

  @Override
  public void maxPoolGradient(
      Pooling sizes, FMatrixRMaj x, FMatrixRMaj y, FMatrixRMaj dy, FMatrixRMaj dx) {
    each(k -> k.maxPoolGradient(sizes, x, y, dy, dx));
  }

  @Override
  public void averagePool(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y) {
    each(k -> k.averagePool(sizes, x, y));
  }

  @Override
  public void averagePoolGradient(Pooling sizes, FMatrixRMaj dy, FMatrixRMaj dx) {
    each(k -> k.averagePoolGradient(sizes, dy, dx));
  }

  @Override
  public void moments(FMatrixRMaj x, int channels, float[] moments) {
    each(k -> k.moments(x, channels, moments));
  }

  @Override
  public void affine(FMatrixRMaj x, Channels by, boolean relu, FMatrixRMaj y) {
    each(k -> k.affine(x, by, relu, y));
  }

  @Override
  public void affineSums(Channels by, boolean relu, FMatrixRMaj x, FMatrixRMaj dy, float[] sums) {
    each(k -> k.affineSums(by, relu, x, dy, sums));
  }

  @Override
  public void affineGradient(
      float[] factor, Channels by, FMatrixRMaj x, FMatrixRMaj dy, FMatrixRMaj dx) {
    each(k -> k.affineGradient(factor, by, x, dy, dx));
  }

  @Override
  public void exp(float[] x, float[] y, int from, int to) {
    shares.get(0).exp(x, y, from, to);
  }

  @Override
  public void softmax(FMatrixRMaj logits) {
    each(k -> k.softmax(logits));
  }

  @Override
  public void adam(float[] w, int from, int to, float[] g, int at, AdamStep step) {
    shares.get(0).adam(w, from, to, g, at, step);
  }

  @Override
  public void axpy(float a, float[] x, int at, float[] y, int from, int to) {
    shares.get(0).axpy(a, x, at, y, from, to);
  }
}
