package org.epochflow.model.kernel;

/**
 * The sizes of a convolution. Input rows are images {@code [height x width x channels]}, output
 * rows {@code [outHeight x outWidth x filters]}; outside the input there are zeros. The output at
 * {@code (i, j)} sums over the inputs at {@code (i strideHeight - padTop + m dilationHeight, j
 * strideWidth - padLeft + n dilationWidth)}, {@code m} and {@code n} within the kernel.
 *
 * <p>Weights are {@code [kernelHeight x kernelWidth x channels x filters]}; those of a depthwise
 * convolution {@code [kernelHeight x kernelWidth x filters]}, where each channel has {@code filters
 * / channels} filters, side by side.
 *
 * @param strideHeight how far apart the windows begin; likewise {@code strideWidth}
 * @param dilationHeight how far apart the inputs of a window are; likewise {@code dilationWidth}
 * @param padTop rows of zeros above the input; likewise {@code padLeft}
 * @param biased whether a bias for each filter follows the weights
 */
public record Convolution(
    int height,
    int width,
    int channels,
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    int padTop,
    int padLeft,
    int outHeight,
    int outWidth,
    int filters,
    boolean biased) {
  /** One with a bias whose windows are dense and begin at every place. */
  public Convolution(
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
    this(
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        1,
        1,
        1,
        1,
        padTop,
        padLeft,
        outHeight,
        outWidth,
        filters,
        true);
  }

  /** The same without the last row or column of outputs, where no window of 2x2 covers it. */
  public Convolution underWindows() {
    return new Convolution(
        height,
        width,
        channels,
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        dilationHeight,
        dilationWidth,
        padTop,
        padLeft,
        outHeight / 2 * 2,
        outWidth / 2 * 2,
        filters,
        biased);
  }

  /** How its outputs are pooled then. */
  public Pooling pooling() {
    return new Pooling(outHeight, outWidth, filters, 2, 2, 2, 2, 0, 0, outHeight / 2, outWidth / 2);
  }

  /**
   * The convolution that computes the gradient of the inputs from that of the outputs, both turned
   * by 180 degrees and the latter with zeros around. For one without strides and dilations.
   */
  public Convolution turned() {
    return new Convolution(
        height + kernelHeight - 1,
        width + kernelWidth - 1,
        /* channels= */ filters,
        kernelHeight,
        kernelWidth,
        1,
        1,
        1,
        1,
        0,
        0,
        height,
        width,
        /* filters= */ channels,
        false);
  }

  /** How many outputs each filter has per image. */
  public int positions() {
    return outHeight * outWidth;
  }

  /** The places of the kernel. */
  public int places() {
    return kernelHeight * kernelWidth;
  }

  /** How many inputs each output sums over, of all channels. */
  public int patch() {
    return places() * channels;
  }

  /** The rows that the windows cover together, with those of zeros. */
  public int coveredHeight() {
    return (outHeight - 1) * strideHeight + (kernelHeight - 1) * dilationHeight + 1;
  }

  /** The columns likewise. */
  public int coveredWidth() {
    return (outWidth - 1) * strideWidth + (kernelWidth - 1) * dilationWidth + 1;
  }

  /** Whether a window leaves the input. */
  public boolean isPadded() {
    return padTop > 0 || padLeft > 0 || coveredHeight() > height || coveredWidth() > width;
  }
}
