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

/** The three products of a convolution, in the shapes of {@code cnn} and of residual networks. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ConvolutionKernels {
  @Param({"vector", "ejml"})
  public String kernels = "";

  /**
   * The side of the image, its channels, the filters; then the side of the kernel, 3 if none is
   * said, or that it is a depthwise one of 3; then the stride.
   */
  @Param({
    "28x1x32",
    "13x32x64",
    "5x64x128",
    "14x64x64 1",
    "14x64x128 1/2",
    "14x64x128 3/2",
    "14x64x64 depthwise",
    "28x32x32 depthwise",
    "28x32x32 depthwise/2"
  })
  public String layer = "";

  @Param({"valid", "same"})
  public String padding = "";

  @Param({"32", "2"})
  public int batch;

  private Kernels arithmetic = Kernels.named("ejml");
  private Convolution sizes = new Convolution(1, 1, 1, 1, 1, 0, 0, 1, 1, 1);
  private boolean depthwise;

  /** What an output sums over. */
  private int terms;

  private FMatrixRMaj x = new FMatrixRMaj(0, 0);
  private FMatrixRMaj y = new FMatrixRMaj(0, 0);
  private float[] w = {};
  private float[] gradient = {};

  @Setup
  public void setUp() {
    arithmetic = Kernels.named(kernels);
    String[] words = layer.split("[ /]", -1);
    String[] parts = words[0].split("x", 3);
    int side = Integer.parseInt(parts[0]);
    int channels = Integer.parseInt(parts[1]);
    int filters = Integer.parseInt(parts[2]);
    depthwise = words.length > 1 && words[1].equals("depthwise");
    int kernel = words.length > 1 && !depthwise ? Integer.parseInt(words[1]) : 3;
    int stride = words.length > 2 ? Integer.parseInt(words[2]) : 1;
    boolean same = padding.equals("same");
    int out = ((same ? side : side - kernel + 1) + stride - 1) / stride;
    int pad = same ? Math.max(0, (out - 1) * stride + kernel - side) / 2 : 0;
    sizes =
        new Convolution(
            side, side, channels, kernel, kernel, stride, stride, 1, 1, pad, pad, out, out, filters,
            true);
    terms = depthwise ? sizes.places() : sizes.patch();
    x = new FMatrixRMaj(batch, side * side * channels);
    y = new FMatrixRMaj(batch, out * out * filters);
    w = new float[(terms + 1) * filters];
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
    if (depthwise) {
      arithmetic.convolveDepthwise(sizes, x, w, 0, true, y);
    } else {
      arithmetic.convolve(sizes, x, w, 0, true, y);
    }
    return done(work, y);
  }

  /** The weights' gradient. */
  @Benchmark
  public float[] gradient(Work work) {
    if (depthwise) {
      arithmetic.convolveDepthwiseGradient(sizes, x, y, gradient, 0);
    } else {
      arithmetic.convolveGradient(sizes, x, y, gradient, 0);
    }
    done(work, y);
    return gradient;
  }

  /** The input's gradient. */
  @Benchmark
  public FMatrixRMaj inputGradient(Work work) {
    if (depthwise) {
      arithmetic.convolveDepthwiseInputGradient(sizes, y, w, 0, x);
    } else {
      arithmetic.convolveInputGradient(sizes, y, w, 0, x);
    }
    return done(work, x);
  }

  private FMatrixRMaj done(Work work, FMatrixRMaj result) {
    work.flops(2.0 * batch * sizes.positions() * terms * sizes.filters());
    return result;
  }
}
