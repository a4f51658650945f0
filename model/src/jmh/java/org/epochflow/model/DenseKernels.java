package org.epochflow.model;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.ejml.data.FMatrixRMaj;
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

/** The three products of a dense layer, in the presets' shapes. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class DenseKernels {
  @Param({"vector", "ejml"})
  public String kernels = "";

  @Param({"784x10", "784x200", "200x100", "1152x512"})
  public String layer = "";

  @Param({"128", "32", "2"})
  public int batch;

  private Kernels arithmetic = Kernels.named("ejml");
  private FMatrixRMaj x = new FMatrixRMaj(0, 0);
  private FMatrixRMaj y = new FMatrixRMaj(0, 0);
  private float[] w = {};
  private float[] gradient = {};

  @Setup
  public void setUp() {
    arithmetic = Kernels.named(kernels);
    int inputs = Integer.parseInt(layer.split("x", 2)[0]);
    int units = Integer.parseInt(layer.split("x", 2)[1]);
    x = new FMatrixRMaj(batch, inputs);
    y = new FMatrixRMaj(batch, units);
    w = new float[(inputs + 1) * units];
    gradient = new float[w.length];
    Random random = new Random(1);
    for (float[] values : new float[][] {x.data, y.data, w}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() - 0.5f;
      }
    }
  }

  /** {@code y = x w + b}. */
  @Benchmark
  public FMatrixRMaj forward(Work work) {
    arithmetic.dense(x, w, 0, true, true, y);
    return done(work, y);
  }

  /** {@code dW = x' dy}. */
  @Benchmark
  public float[] gradient(Work work) {
    arithmetic.denseGradient(x, y, gradient, 0, true);
    done(work, y);
    return gradient;
  }

  /** {@code dx = dy w'}. */
  @Benchmark
  public FMatrixRMaj inputGradient(Work work) {
    arithmetic.denseInputGradient(y, w, 0, true, x);
    return done(work, x);
  }

  private FMatrixRMaj done(Work work, FMatrixRMaj result) {
    work.flops(2.0 * batch * x.numCols * y.numCols);
    return result;
  }
}
