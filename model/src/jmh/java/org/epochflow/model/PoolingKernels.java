package org.epochflow.model;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Pooling;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Max and average pooling, in the shapes of {@code cnn}, LeNet-5 and residual networks. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class PoolingKernels {
  @Param({"vector", "ejml"})
  public String kernels = "";

  /** The side of the image, its channels, the sides of windows, the stride. */
  @Param({"26x32 2/2", "11x64 2/2", "28x6 2/2", "28x32 3/2", "7x64 7/7"})
  public String layer = "";

  @Param({"128", "2"})
  public int batch;

  private Kernels arithmetic = Kernels.named("ejml");
  private Pooling sizes = new Pooling(1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1);
  private FMatrixRMaj x = new FMatrixRMaj(0, 0);
  private FMatrixRMaj y = new FMatrixRMaj(0, 0);
  private FMatrixRMaj dx = new FMatrixRMaj(0, 0);
  private FMatrixRMaj dy = new FMatrixRMaj(0, 0);

  @Setup
  public void setUp() {
    arithmetic = Kernels.named(kernels);
    String[] parts = layer.split("[x /]", 4);
    int side = Integer.parseInt(parts[0]);
    int channels = Integer.parseInt(parts[1]);
    int pool = Integer.parseInt(parts[2]);
    int stride = Integer.parseInt(parts[3]);
    int out = (side - pool) / stride + 1;
    sizes = new Pooling(side, side, channels, pool, pool, stride, stride, 0, 0, out, out);
    x = new FMatrixRMaj(batch, side * side * channels);
    y = new FMatrixRMaj(batch, out * out * channels);
    dx = new FMatrixRMaj(batch, x.numCols);
    dy = new FMatrixRMaj(batch, y.numCols);
    Random random = new Random(1);
    for (float[] values : new float[][] {x.data, dy.data}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
    }
    arithmetic.maxPool(sizes, x, y);
  }

  /** Its rate is {@code :images} a second, as that of the others. */
  @Benchmark
  public FMatrixRMaj max(Work work) {
    arithmetic.maxPool(sizes, x, y);
    return done(work, y);
  }

  @Benchmark
  public FMatrixRMaj maxGradient(Work work) {
    arithmetic.maxPoolGradient(sizes, x, y, dy, dx);
    return done(work, dx);
  }

  @Benchmark
  public FMatrixRMaj average(Work work) {
    arithmetic.averagePool(sizes, x, y);
    return done(work, y);
  }

  @Benchmark
  public FMatrixRMaj averageGradient(Work work) {
    arithmetic.averagePoolGradient(sizes, dy, dx);
    return done(work, dx);
  }

  private FMatrixRMaj done(Work work, FMatrixRMaj result) {
    work.images += batch;
    return result;
  }
}
