package org.epochflow.model.kernel.vector;

import java.util.Arrays;
import org.epochflow.model.kernel.Convolution;

/**
 * A matrix that is read or written in place. Row {@code r} begins at {@code at[r]}, so rows may
 * overlap, as an image's patches do; its values are {@code runs} runs of {@code length}, each
 * starting {@code stride} after the previous one.
 */
final class Rows {
  float[] values = {};

  /** {@link Tile#ROWS} copies of the last entry follow it, to fill the last tile. */
  int[] at = {};

  int rows;
  int runs;
  int length;
  int stride;

  /** Rows of {@code length} values, one after the other from {@code from}. */
  Rows matrix(float[] a, int from, int count, int size) {
    begin(a, count, 1, size, 0);
    for (int row = 0; row < count; row++) {
      at[row] = from + row * size;
    }
    end();
    return this;
  }

  /**
   * The patches of consecutive images, which include their padding.
   *
   * @param from where the first image begins
   * @param width of the padded images; likewise {@code height}
   */
  Rows patches(Convolution s, float[] a, int from, int images, int height, int width) {
    int channels = s.channels();
    begin(
        a, images * s.positions(), s.kernelHeight(), s.kernelWidth() * channels, width * channels);
    int row = 0;
    for (int image = 0; image < images; image++) {
      for (int i = 0; i < s.outHeight(); i++) {
        int line = from + (image * height + i) * width * channels;
        for (int j = 0; j < s.outWidth(); j++) {
          at[row++] = line + j * channels;
        }
      }
    }
    end();
    return this;
  }

  private void begin(float[] a, int rowCount, int runCount, int runLength, int runStride) {
    values = a;
    rows = rowCount;
    runs = runCount;
    length = runLength;
    stride = runStride;
    if (at.length < rows + Tile.ROWS) {
      at = new int[rows + Tile.ROWS];
    }
  }

  private void end() {
    Arrays.fill(at, rows, rows + Tile.ROWS, at[rows - 1]);
  }
}
