package org.epochflow.model.kernel;

/**
 * An affine map of each channel, {@code (x - center) scale + shift}: three arrays of a value for
 * each channel, the last dimension of a tensor.
 */
public record Channels(float[] center, float[] scale, float[] shift) {
  /** As many channels, all zero. */
  public Channels(int channels) {
    this(new float[channels], new float[channels], new float[channels]);
  }

  public int count() {
    return center.length;
  }
}
