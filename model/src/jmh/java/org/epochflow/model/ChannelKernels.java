package org.epochflow.model;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Channels;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.layer.function.Curve;
import org.epochflow.model.nn.layer.function.Exponentials;
import org.epochflow.model.nn.layer.function.Rationals;
import org.epochflow.model.random.Gaussian;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What batch normalization, activations and noise do to each value, in the shapes of a small
 * residual network. {@code :images} a second: the memory that moves bounds them, not arithmetic.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ChannelKernels {
  @Param({"vector", "ejml"})
  public String kernels = "";

  /** The side of the image and its channels. */
  @Param({"28x16", "14x32", "7x64"})
  public String layer = "";

  @Param("128")
  public int batch;

  private Kernels arithmetic = Kernels.named("ejml");
  private Channels by = new Channels(1);
  private FMatrixRMaj x = new FMatrixRMaj(0, 0);
  private FMatrixRMaj y = new FMatrixRMaj(0, 0);
  private FMatrixRMaj dx = new FMatrixRMaj(0, 0);
  private float[] sums = {};

  @Setup
  public void setUp() {
    arithmetic = Kernels.named(kernels);
    String[] parts = layer.split("x", 2);
    int side = Integer.parseInt(parts[0]);
    int channels = Integer.parseInt(parts[1]);
    by = new Channels(channels);
    x = new FMatrixRMaj(batch, side * side * channels);
    y = new FMatrixRMaj(batch, side * side * channels);
    dx = new FMatrixRMaj(batch, side * side * channels);
    sums = new float[2 * batch * channels];
    Random random = new Random(1);
    for (float[] values : new float[][] {x.data, y.data, by.center(), by.scale(), by.shift()}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
    }
  }

  @Benchmark
  public float[] moments(Work work) {
    arithmetic.moments(x, by.count(), sums);
    work.images += batch;
    return sums;
  }

  @Benchmark
  public FMatrixRMaj affineRelu(Work work) {
    arithmetic.affine(x, by, true, dx);
    work.images += batch;
    return dx;
  }

  @Benchmark
  public float[] affineSums(Work work) {
    arithmetic.affineSums(by, true, x, y, sums);
    work.images += batch;
    return sums;
  }

  @Benchmark
  public FMatrixRMaj affineGradient(Work work) {
    arithmetic.affineGradient(by.scale(), by, x, y, dx);
    work.images += batch;
    return dx;
  }

  @Benchmark
  public FMatrixRMaj tanh(Work work) {
    return values(new Rationals.Tanh(), work);
  }

  @Benchmark
  public FMatrixRMaj sigmoid(Work work) {
    return values(new Exponentials.Sigmoid(), work);
  }

  @Benchmark
  public FMatrixRMaj gelu(Work work) {
    return values(new Exponentials.Gelu(), work);
  }

  @Benchmark
  public FMatrixRMaj elu(Work work) {
    return values(new Exponentials.ExponentialLinear(1, 1), work);
  }

  /** In pieces as an operation has it. */
  private FMatrixRMaj values(Curve curve, Work work) {
    int size = x.getNumElements();
    for (int from = 0; from < size; from += 2048) {
      curve.values(arithmetic, x.data, dx.data, from, Math.min(size, from + 2048));
    }
    work.images += batch;
    return dx;
  }

  @Benchmark
  public FMatrixRMaj gaussian(Work work) {
    Gaussian.fill(work.images, dx.data, 0, dx.getNumElements());
    work.images += batch;
    return dx;
  }
}
