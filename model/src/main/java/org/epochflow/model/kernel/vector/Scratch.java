package org.epochflow.model.kernel.vector;

/** Memory that grows on demand and is then kept; what stands in it is whatever was left there. */
final class Scratch {
  private float[] values = {};

  /** At least {@code size} values. */
  float[] atLeast(int size) {
    if (values.length < size) {
      values = new float[size];
    }
    return values;
  }
}
