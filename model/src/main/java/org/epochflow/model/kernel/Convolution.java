package org.epochflow.model.kernel;

/**
 * The sizes of a stride-1 convolution. Input rows are images {@code [height x width x channels]},
 * output rows {@code [outHeight x outWidth x filters]}, weights {@code [kernelHeight x kernelWidth
 * x channels x filters]}; outside the input there are zeros.
 *
 * @param padTop rows of zeros above the input; likewise {@code padLeft}
 */
public record Convolution(
    int height,
    int width,
    int channels,
    int kernelHeight,
    int kernelWidth,
    int padTop,
    int padLeft,
    int outHeight,
    int outWidth,
    int filters) {
  /** How many outputs each filter has per image. */
  public int positions() {
    return outHeight * outWidth;
  }

  /** How many inputs each output sums over. */
  public int patch() {
    return kernelHeight * kernelWidth * channels;
  }
}
