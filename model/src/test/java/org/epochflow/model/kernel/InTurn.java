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
  public void dense(FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y) {
    each(k -> k.dense(x, w, at, relu, y));
  }

  @Override
  public void denseGradient(FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at) {
    each(k -> k.denseGradient(x, dy, gradient, at));
  }

  @Override
  public void denseUpdate(
      FMatrixRMaj x, FMatrixRMaj dy, float[] w, float[] gradient, int at, Update update) {
    each(k -> k.denseUpdate(x, dy, w, gradient, at, update));
  }

  @Override
  public void denseInputGradient(FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx) {
    each(k -> k.denseInputGradient(dy, w, at, dx));
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
