package org.epochflow.model;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What a benchmark did, so that its rate is printed beside the calls: {@code :gflop} a second. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class Work {
  public double gflop;
  public long images;

  void flops(double flops) {
    gflop += flops / 1e9;
  }
}
