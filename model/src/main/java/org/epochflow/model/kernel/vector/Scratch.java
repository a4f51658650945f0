package org.epochflow.model.kernel.vector;

/** Memory that grows on demand and is then kept. It still holds what was last written to it. */
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
