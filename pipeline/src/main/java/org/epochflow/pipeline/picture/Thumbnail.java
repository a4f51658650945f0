package org.epochflow.pipeline.picture;

/**
 * Makes pictures of one size smaller, so that no edge is above a bound. A pixel is the mean of the
 * square of pixels that it stands for; pictures within the bound stay as they are.
 *
 * @param fromHeight of the pictures, in pixels; likewise {@code fromWidth}
 * @param square how many pixels wide and high is what becomes one pixel
 */
public record Thumbnail(int fromHeight, int fromWidth, int channels, int square) {
  /** For pictures of this size, with edges of at most so many pixels. */
  public static Thumbnail of(int height, int width, int channels, int mostEdge) {
    return new Thumbnail(height, width, channels, shared(Math.max(height, width), mostEdge));
  }

  private static int shared(int whole, int part) {
    return (whole + part - 1) / part;
  }

  /** How high they become. */
  public int height() {
    return shared(fromHeight, square);
  }

  /** How wide they become. */
  public int width() {
    return shared(fromWidth, square);
  }

  /** How many bytes each becomes. */
  public int bytes() {
    return height() * width() * channels;
  }

  /**
   * A picture made smaller.
   *
   * @param pixels unsigned bytes, {@code [fromHeight x fromWidth x channels]}
   */
  public byte[] of(byte[] pixels) {
    if (square == 1) {
      return pixels;
    }
    byte[] small = new byte[bytes()];
    int at = 0;
    for (int y = 0; y < fromHeight; y += square) {
      for (int x = 0; x < fromWidth; x += square) {
        for (int channel = 0; channel < channels; channel++) {
          small[at++] = mean(pixels, y, x, channel);
        }
      }
    }
    return small;
  }

  private byte mean(byte[] pixels, int top, int left, int channel) {
    int bottom = Math.min(top + square, fromHeight);
    int right = Math.min(left + square, fromWidth);
    long sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        sum += pixels[(y * fromWidth + x) * channels + channel] & 0xff;
      }
    }
    int count = (bottom - top) * (right - left);
    return (byte) ((sum + count / 2) / count);
  }
}
