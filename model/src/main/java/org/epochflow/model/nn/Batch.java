package org.epochflow.model.nn;

import org.epochflow.model.parallel.Share;

/**
 * Examples on their way through a network: normalised inputs with their labels. Reused from batch
 * to batch. One thread adds examples; those of the network that takes them write their inputs.
 */
public final class Batch {
  final float[] inputs;
  final int[] labels;
  final long[] indices;
  private final int inputSize;
  private final byte[][] pixels;
  private final int[] offsets;
  private final float[][] values;
  private int size;
  private Preprocessing preprocessing = Preprocessing.STANDARD;
  private float[] normalized = preprocessing.ofBytes();

  /**
   * @param capacity the most examples it holds
   * @param inputSize the values of one example
   */
  public Batch(int capacity, int inputSize) {
    this.inputSize = inputSize;
    inputs = new float[Math.multiplyExact(capacity, inputSize)];
    labels = new int[capacity];
    indices = new long[capacity];
    pixels = new byte[capacity][];
    offsets = new int[capacity];
    values = new float[capacity][];
  }

  public int size() {
    return size;
  }

  public boolean isFull() {
    return size == labels.length;
  }

  public void clear() {
    size = 0;
  }

  /** Adds the record {@code at} of {@code examples}, to be normalised as {@code by} says. */
  public void add(Examples examples, int at, Preprocessing by) {
    if (!by.equals(preprocessing)) {
      preprocessing = by;
      normalized = by.ofBytes();
    }
    pixels[size] = examples.pixels();
    offsets[size] = at * inputSize;
    values[size] = normalized;
    labels[size] = examples.labels()[at] & 0xff;
    indices[size++] = examples.indices()[at];
  }

  /** Writes the inputs of a share of the examples. */
  void normalize(Share share) {
    int to = share.to(size);
    for (int row = share.from(size); row < to; row++) {
      look(values[row], pixels[row], offsets[row], inputSize, inputs, row * inputSize);
    }
  }

  private static void look(float[] values, byte[] pixels, int from, int length, float[] x, int to) {
    for (int i = 0; i < length; i++) {
      x[to + i] = values[pixels[from + i] & 0xff];
    }
  }
}
