package org.epochflow.model.nn.layer.function;

import org.epochflow.model.kernel.Kernels;

/**
 * A function of each value by itself. Its loops have no branch and one index for all arrays, so
 * that the compiler makes vectors of them. They add, multiply, divide, compare and take roots
 * alone, all of which Java defines to the bit; {@code e^x} is the kernels'. So the bits are the
 * same for every number of threads and every JVM.
 *
 * <p>At a kink the slope is that of one side: a relu's at 0 is 0.
 */
public interface Curve {
  /** Writes {@code y = f(x)}, from {@code from} to {@code to} alone. */
  void values(Kernels kernels, float[] x, float[] y, int from, int to);

  /** Writes {@code slopes = f'(x)}, there alone; {@code y} is {@code f(x)}. */
  void slopes(Kernels kernels, float[] x, float[] y, float[] slopes, int from, int to);
}
