package org.epochflow.model;

import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What one core can do at most: fused multiply-adds in registers, enough at once to hide each. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.SECONDS)
public class Peak {
  private static final int LOOPS = 1_000_000;
  private static final int SUMS = 10;

  /** The floating-point operations of a call. */
  static final double FLOPS = 2.0 * LOOPS * SUMS * FloatVector.SPECIES_PREFERRED.length();
  private final float factor = 1.0001f;
  private final float term = -0.0001f;

  /** Ten independent sums. */
  @Benchmark
  public FloatVector fma(Work work) {
    FloatVector x = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, factor);
    FloatVector y = FloatVector.broadcast(FloatVector.SPECIES_PREFERRED, term);
    FloatVector a = x;
    FloatVector b = x;
    FloatVector c = x;
    FloatVector d = x;
    FloatVector e = x;
    FloatVector f = x;
    FloatVector g = x;
    FloatVector h = x;
    FloatVector i = x;
    FloatVector j = x;
    for (int loop = 0; loop < LOOPS; loop++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
    }
    work.flops(FLOPS);
    return a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j);
  }
}
