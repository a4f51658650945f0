package org.epochflow.model;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Kernels;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The three products of a 3x3 convolution, in the shapes of {@code cnn}. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ConvolutionKernels {
  @Param({"vector", "ejml"})
  public String kernels = "";

  /** The side of the image, its channels, the filters. */
  @Param({"28x1x32", "13x32x64", "5x64x128"})
  public String layer = "";

  @Param({"valid", "same"})
  public String padding = "";

  @Param({"32", "2"})
  public int batch;

  private Kernels arithmetic = Kernels.named("ejml");
  private Convolution sizes = new Convolution(1, 1, 1, 1, 1, 0, 0, 1, 1, 1);
  private FMatrixRMaj x = new FMatrixRMaj(0, 0);
  private FMatrixRMaj y = new FMatrixRMaj(0, 0);
  private float[] w = {};
  private float[] gradient = {};

  @Setup
  public void setUp() {
    arithmetic = Kernels.named(kernels);
    String[] parts = layer.split("x", 3);
    int side = Integer.parseInt(parts[0]);
    int channels = Integer.parseInt(parts[1]);
    int filters = Integer.parseInt(parts[2]);
    int pad = padding.equals("same") ? 1 : 0;
    int out = side - 2 + 2 * pad;
    sizes = new Convolution(side, side, channels, 3, 3, pad, pad, out, out, filters);
    x = new FMatrixRMaj(batch, side * side * channels);
    y = new FMatrixRMaj(batch, out * out * filters);
    w = new float[(sizes.patch() + 1) * filters];
    gradient = new float[w.length];
    Random random = new Random(1);
    for (float[] values : new float[][] {x.data, y.data, w}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
    }
  }

  /** {@code y = x * w + b}. */
  @Benchmark
  public FMatrixRMaj forward(Work work) {
    arithmetic.convolve(sizes, x, w, 0, true, y);
    return done(work, y);
  }

  /** The weights' gradient. */
  @Benchmark
  public float[] gradient(Work work) {
    arithmetic.convolveGradient(sizes, x, y, gradient, 0);
    done(work, y);
    return gradient;
  }

  /** The input's gradient. */
  @Benchmark
  public FMatrixRMaj inputGradient(Work work) {
    arithmetic.convolveInputGradient(sizes, y, w, 0, x);
    return done(work, x);
  }

  private FMatrixRMaj done(Work work, FMatrixRMaj result) {
    work.flops(2.0 * batch * sizes.positions() * sizes.patch() * sizes.filters());
    return result;
  }
}
