package org.epochflow.model.nn;

import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.parallel.Share;

/**
 * Examples on their way through a network: normalised inputs with their labels. Reused from batch
 * to batch. One thread adds examples; the threads of the network write the inputs.
 */
public final class Batch {
  final float[] inputs;
  final int[] labels;
  final long[] indices;
  private final int inputSize;
  private final byte[][] pixels;
  private final int[] offsets;
  private final Preprocessing[] preprocessing;
  private int size;

  /**
   * @param capacity the largest number of examples
   * @param inputSize the values of one example
   */
  public Batch(int capacity, int inputSize) {
    this.inputSize = inputSize;
    inputs = new float[Math.multiplyExact(capacity, inputSize)];
    labels = new int[capacity];
    indices = new long[capacity];
    pixels = new byte[capacity][];
    offsets = new int[capacity];
    preprocessing = new Preprocessing[capacity];
  }

  public int size() {
    return size;
  }

  /** The label of an example. */
  public int label(int example) {
    return labels[example];
  }

  public boolean isFull() {
    return size == labels.length;
  }

  public void clear() {
    size = 0;
  }

  /** Adds the record {@code at} of {@code examples}, to be normalised as {@code by} says. */
  public void add(Examples examples, int at, Preprocessing by) {
    pixels[size] = examples.pixels()[at];
    offsets[size] = examples.offsets()[at];
    preprocessing[size] = by;
    labels[size] = examples.labels()[at] & 0xff;
    indices[size++] = examples.indices()[at];
  }

  /** Writes the inputs of a share of the examples. */
  void normalize(Kernels kernels, Share share) {
    int to = share.to(size);
    for (int row = share.from(size); row < to; row++) {
      int from = row * inputSize;
      preprocessing[row].normalize(kernels, pixels[row], offsets[row], inputSize, inputs, from);
    }
  }
}
