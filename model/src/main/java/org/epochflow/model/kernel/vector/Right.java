package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;

import java.util.Arrays;

/**
 * The right factor of a product, {@code [k x n]}. {@link Tile} reads it in blocks of some rows and
 * up to two vectors' width, copied together and filled up with zeros; a block stays in the first
 * cache while it is used.
 */
final class Right {
  static final int WIDTH = 2 * LENGTH;

  /** The most rows of a block: of 128 bytes, 32 KB. */
  static final int ROWS = 256;

  final float[] block = new float[ROWS * WIDTH];
  private float[] values = {};
  private int from;
  private int ld;
  int n;
  private boolean transposed;

  /** A matrix whose rows follow one another from {@code at}. */
  Right matrix(float[] b, int at, int columns) {
    return set(b, at, columns, columns, false);
  }

  /** Some columns of a matrix whose rows are {@code apart} values apart. */
  Right columns(float[] b, int at, int columns, int apart) {
    return set(b, at, columns, apart, false);
  }

  /** A matrix whose transpose starts at {@code at}, in rows of {@code rows} values. */
  Right transposed(float[] b, int at, int rows, int columns) {
    return set(b, at, columns, rows, true);
  }

  private Right set(float[] b, int at, int columns, int apart, boolean isTransposed) {
    values = b;
    from = at;
    n = columns;
    ld = apart;
    transposed = isTransposed;
    return this;
  }

  /** How wide the block that begins with this column is: one vector if that is enough. */
  int width(int column) {
    return n - column <= LENGTH ? LENGTH : WIDTH;
  }

  /** Copies a block. */
  void load(int row, int rows, int column) {
    int width = width(column);
    int used = Math.min(width, n - column);
    if (used < width) {
      Arrays.fill(block, 0, rows * width, 0f);
    }
    if (transposed) {
      transpose(from + column * ld + row, rows, used, width);
    } else if (used == WIDTH) {
      copyWide(from + row * ld + column, rows);
    } else {
      for (int i = 0; i < rows; i++) {
        copy(from + (row + i) * ld + column, i * width, used);
      }
    }
  }

  private void copyWide(int at, int rows) {
    for (int i = 0; i < rows; i++) {
      Lanes.load(values, at + i * ld).intoArray(block, i * WIDTH);
      Lanes.load(values, at + i * ld + LENGTH).intoArray(block, i * WIDTH + LENGTH);
    }
  }

  private void copy(int at, int to, int length) {
    for (int i = 0; i < length; i++) {
      block[to + i] = values[at + i];
    }
  }

  private void transpose(int at, int rows, int used, int width) {
    int j = 0;
    for (; j + 4 <= used; j += 4) {
      transposeFour(at + j * ld, rows, j, width);
    }
    for (; j < used; j++) {
      for (int i = 0; i < rows; i++) {
        block[i * width + j] = values[at + j * ld + i];
      }
    }
  }

  private void transposeFour(int at, int rows, int to, int width) {
    float[] in = values;
    float[] out = block;
    int second = at + ld;
    int third = second + ld;
    int fourth = third + ld;
    for (int i = 0; i < rows; i++) {
      int o = to + i * width;
      out[o] = in[at + i];
      out[o + 1] = in[second + i];
      out[o + 2] = in[third + i];
      out[o + 3] = in[fourth + i];
    }
  }
}
