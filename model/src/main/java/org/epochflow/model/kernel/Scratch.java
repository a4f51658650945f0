package org.epochflow.model.kernel;

import java.util.Arrays;

/** Memory that grows on demand and is then kept. It still holds what was last written to it. */
public final class Scratch {
  private float[] values = {};

  /** At least {@code size} values. */
  public float[] atLeast(int size) {
    if (values.length < size) {
      values = new float[size];
    }
    return values;
  }

  /** The same, of which the first {@code size} are 0. */
  public float[] zeros(int size) {
    float[] zeros = atLeast(size);
    Arrays.fill(zeros, 0, size, 0f);
    return zeros;
  }
}
