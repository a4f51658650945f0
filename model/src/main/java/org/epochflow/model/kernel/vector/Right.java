package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;

import java.util.Arrays;

/**
 * The right factor of a product, {@code [k x n]}. {@link Tile} reads it in panels, some rows of up
 * to two vectors' width, copied together and filled up with zeros. A panel stays in the first cache
 * while it is used, and a block, the panels of some columns side by side, in the second.
 */
final class Right {
  static final int WIDTH = 2 * LENGTH;

  /** The most rows of a panel: of 128 bytes, 32 KB. */
  static final int ROWS = 256;

  /** About how many values a block has, 256 KB of them. */
  private static final int BLOCK = 65_536;

  private float[][] panels = {};

  private float[] values = {};
  private int start;
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
    start = at;
    n = columns;
    ld = apart;
    transposed = isTransposed;
    return this;
  }

  /** Whether the first {@code rows} rows are read faster where they are than copied to panels. */
  boolean isSmall(int rows) {
    return !transposed && rows * n <= 2 * BLOCK;
  }

  float[] values() {
    return values;
  }

  /** Where a row begins. */
  int row(int index) {
    return start + index * ld;
  }

  /** How wide the panel that begins with this column is: one vector if that is enough. */
  int width(int column) {
    return n - column <= LENGTH ? LENGTH : WIDTH;
  }

  /** How many columns a block of so many rows has. */
  static int columns(int rows) {
    return Math.max(1, BLOCK / rows / WIDTH) * WIDTH;
  }

  /**
   * Copies a block: some rows, {@link #ROWS} at most, and the columns {@code from} to {@code to},
   * the last panel whole.
   */
  void load(int row, int rows, int from, int to) {
    int count = (to - from + WIDTH - 1) / WIDTH;
    if (panels.length < count) {
      panels = new float[count][ROWS * WIDTH];
    }
    for (int panel = 0; panel < count; panel++) {
      load(row, rows, from + panel * WIDTH, panels[panel]);
    }
  }

  /** The panel of the block that begins with this column, counted from its first. */
  float[] panel(int column) {
    return panels[column / WIDTH];
  }

  private void load(int row, int rows, int column, float[] panel) {
    int width = width(column);
    int used = Math.min(width, n - column);
    if (used < width) {
      Arrays.fill(panel, 0, rows * width, 0f);
    }
    if (transposed) {
      transpose(start + column * ld + row, rows, used, panel, width);
    } else if (used == WIDTH) {
      copyWide(start + row * ld + column, rows, panel);
    } else {
      for (int i = 0; i < rows; i++) {
        copy(start + (row + i) * ld + column, panel, i * width, used);
      }
    }
  }

  private void copyWide(int at, int rows, float[] panel) {
    for (int i = 0; i < rows; i++) {
      Lanes.load(values, at + i * ld).intoArray(panel, i * WIDTH);
      Lanes.load(values, at + i * ld + LENGTH).intoArray(panel, i * WIDTH + LENGTH);
    }
  }

  private void copy(int at, float[] panel, int to, int length) {
    for (int i = 0; i < length; i++) {
      panel[to + i] = values[at + i];
    }
  }

  private void transpose(int at, int rows, int used, float[] panel, int width) {
    int j = 0;
    for (; j + 4 <= used; j += 4) {
      transposeFour(at + j * ld, rows, panel, j, width);
    }
    for (; j < used; j++) {
      for (int i = 0; i < rows; i++) {
        panel[i * width + j] = values[at + j * ld + i];
      }
    }
  }

  private void transposeFour(int at, int rows, float[] out, int to, int width) {
    float[] in = values;
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
