package org.epochflow.model.kernel.vector;

import java.util.Arrays;
import org.epochflow.model.kernel.Convolution;

/**
 * A matrix that is read or written in place. Row {@code r} begins at {@code at[r]}, so rows may
 * overlap, as an image's patches do; its values are {@code runs} runs of {@code length}, which
 * begin where {@link #run} says.
 */
final class Rows {
  float[] values = {};

  /** {@link Tile#ROWS} copies of the last entry follow it, to fill the last tile. */
  int[] at = {};

  int rows;
  int runs;
  int length;

  /** How far apart the lines of runs are. */
  int stride;

  /** The runs of a line, and how far apart they are. */
  private int across;

  private int step;

  /** Rows of {@code length} values, one after the other from {@code from}. */
  Rows matrix(float[] a, int from, int count, int size) {
    begin(a, count, 1, size);
    for (int row = 0; row < count; row++) {
      at[row] = from + row * size;
    }
    end();
    return this;
  }

  /**
   * The patches of consecutive images, which include their padding. A run is a row of a patch; with
   * dilation, whose places are apart, it is one place.
   *
   * @param from where the first image begins
   * @param width of the padded images; likewise {@code height}
   */
  Rows patches(Convolution s, float[] a, int from, int images, int height, int width) {
    int channels = s.channels();
    int perRun = s.dilationWidth() == 1 ? s.kernelWidth() : 1;
    begin(a, images * s.positions(), s.places() / perRun, perRun * channels);
    stride = s.dilationHeight() * width * channels;
    across = s.kernelWidth() / perRun;
    step = s.dilationWidth() * channels;
    int row = 0;
    for (int image = 0; image < images; image++) {
      for (int i = 0; i < s.outHeight(); i++) {
        int line = from + (image * height + i * s.strideHeight()) * width * channels;
        for (int j = 0; j < s.outWidth(); j++) {
          at[row++] = line + j * s.strideWidth() * channels;
        }
      }
    }
    end();
    return this;
  }

  /** Each {@code count} rows from the last to the first. */
  Rows reverse(int count) {
    for (int first = 0; first < rows; first += count) {
      for (int i = first, j = first + count - 1; i < j; i++, j--) {
        int row = at[i];
        at[i] = at[j];
        at[j] = row;
      }
    }
    end();
    return this;
  }

  /** Where a run begins, counted from the beginning of its row. */
  int run(int index) {
    return index / across * stride + index % across * step;
  }

  private void begin(float[] a, int rowCount, int runCount, int runLength) {
    values = a;
    rows = rowCount;
    runs = runCount;
    length = runLength;
    stride = 0;
    across = 1;
    step = 0;
    if (at.length < rows + Tile.ROWS) {
      at = new int[rows + Tile.ROWS];
    }
  }

  private void end() {
    Arrays.fill(at, rows, rows + Tile.ROWS, at[rows - 1]);
  }
}
