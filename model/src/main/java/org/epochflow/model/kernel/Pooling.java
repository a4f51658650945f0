package org.epochflow.model.kernel;

/**
 * The sizes of pooling: windows {@code [poolHeight x poolWidth]} every {@code strideHeight} and
 * {@code strideWidth}. Of a window that reaches over the image's border, the part inside counts,
 * which is never empty.
 *
 * @param padTop rows by which the first windows begin above the image; likewise {@code padLeft}
 */
public record Pooling(
    int height,
    int width,
    int channels,
    int poolHeight,
    int poolWidth,
    int strideHeight,
    int strideWidth,
    int padTop,
    int padLeft,
    int outHeight,
    int outWidth) {
  /**
   * Where the image rows in the windows of a line begin among all inputs. A line is a row of
   * outputs, counted through all examples.
   */
  public int above(int line) {
    return image(line) + top(line) * width * channels;
  }

  /** Where the image rows in the windows of a line end, exclusive. */
  public int below(int line) {
    return image(line) + bottom(line) * width * channels;
  }

  /** Where the image of a line begins. */
  private int image(int line) {
    return line / outHeight * height * width * channels;
  }

  private int top(int line) {
    return Math.max(0, line % outHeight * strideHeight - padTop);
  }

  private int bottom(int line) {
    return (int) Math.min(height, (long) line % outHeight * strideHeight - padTop + poolHeight);
  }

  /** Where the pixels in a window's rows begin, from the start of a row: of the window's column. */
  public int left(int j) {
    return Math.max(0, j * strideWidth - padLeft) * channels;
  }

  /** Where the pixels in a window's rows end, exclusive. */
  public int right(int j) {
    return (int) Math.min(width, (long) j * strideWidth - padLeft + poolWidth) * channels;
  }

  /** The first column of outputs whose windows have their column {@code b} inside the image. */
  public int firstWith(int b) {
    return Math.max(0, Math.floorDiv(padLeft - b + strideWidth - 1, strideWidth));
  }

  /** One past the last such column. */
  public int lastWith(int b) {
    return Math.min(outWidth, Math.floorDiv(width - 1 + padLeft - b, strideWidth) + 1);
  }

  /** How many values of each channel a window has inside the image. */
  public int count(int line, int j) {
    return (bottom(line) - top(line)) * (right(j) - left(j)) / channels;
  }

  /** How many values follow the windows of a line in the image. */
  public int inputsBelow(int line) {
    return (height - bottom(line)) * width * channels;
  }

  /** How many outputs of the same image follow a line. */
  public int outputsBelow(int line) {
    return (outHeight - 1 - line % outHeight) * outWidth * channels;
  }

  /** Whether every window is complete. */
  public boolean isInside() {
    return padTop == 0
        && padLeft == 0
        && (outHeight - 1L) * strideHeight + poolHeight <= height
        && (outWidth - 1L) * strideWidth + poolWidth <= width;
  }

  /** Whether no two windows overlap. */
  public boolean isApart() {
    return strideHeight >= poolHeight && strideWidth >= poolWidth;
  }

  /** Whether windows leave out nothing of the image but rows at the bottom and columns right. */
  public boolean isDense() {
    return strideHeight <= poolHeight && strideWidth <= poolWidth;
  }
}
