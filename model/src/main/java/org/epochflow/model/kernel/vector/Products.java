package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;
import static org.epochflow.model.kernel.vector.Right.WIDTH;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * Products of matrices, cut into tiles. Each sum runs over {@code k} in sequence: where it is
 * split, the next part continues from the value in the result.
 */
final class Products {
  /** The most rows that do without copies of the right factor, if that is small. */
  private static final int FEW = 12;

  private static final int FOUR = 4 * LENGTH;

  private final float[] edge = new float[Math.max(Tile.ROWS, Tile.COLUMNS) * WIDTH];
  private final float[] start = new float[FOUR];
  private final int[] startRows = new int[Tile.ROWS];
  private final int[] edgeRows = new int[Tile.ROWS];
  private final int[] shifted = new int[Right.ROWS];

  Products() {
    for (int row = 0; row < Tile.ROWS; row++) {
      edgeRows[row] = row * WIDTH;
    }
  }

  /**
   * {@code c = a b + bias} in each row: {@code a [rows x k]}, {@code b [k x n]}, {@code c [rows x
   * n]}, the columns {@code from} to {@code to}, which is the last or a multiple of {@link
   * Right#WIDTH}. Without {@code biased} sums begin with 0.
   */
  void rows(Rows a, Right b, int from, int to, boolean biased, float[] bias, int biasAt, Rows c) {
    if (a.rows <= FEW && to - from >= FOUR && b.isSmall(a.runs * a.length)) {
      few(a, b, from, to, biased, bias, biasAt, c);
      return;
    }
    for (int column = from; column < to; column += WIDTH) {
      begin(biased, bias, biasAt + column, Math.min(WIDTH, b.n - column));
      rows(a, b, column, true, c, column);
    }
  }

  /** The same, with {@code b} where it is. */
  private void few(
      Rows a, Right b, int from, int to, boolean biased, float[] bias, int biasAt, Rows c) {
    for (int column = from; column < to; column += FOUR) {
      int begin = Math.min(column, to - FOUR); // columns that are computed again get the same bits
      Arrays.fill(start, 0f);
      float[] s = biased ? bias : start;
      int sAt = biased ? biasAt + begin : 0;
      for (int row = 0; row < a.rows; row += 3) {
        for (int run = 0; run < a.runs; run++) {
          three(a, row, run, b, begin, run == 0 ? s : c.values, run == 0 ? sAt : -1, c);
        }
      }
    }
  }

  /**
   * Three rows by four vectors; the rows after the last are copies of it.
   *
   * @param sAt where the sums begin, in {@code s}; below 0 if those in {@code c} go on
   */
  private static void three(
      Rows a, int row, int run, Right b, int column, float[] s, int sAt, Rows c) {
    int first = c.at[row] + column;
    int second = c.at[row + 1] + column;
    int third = c.at[row + 2] + column;
    int s0 = sAt < 0 ? first : sAt;
    int s1 = sAt < 0 ? second : sAt;
    int s2 = sAt < 0 ? third : sAt;
    FloatVector c00 = load(s, s0);
    FloatVector c01 = load(s, s0 + LENGTH);
    FloatVector c02 = load(s, s0 + 2 * LENGTH);
    FloatVector c03 = load(s, s0 + 3 * LENGTH);
    FloatVector c10 = load(s, s1);
    FloatVector c11 = load(s, s1 + LENGTH);
    FloatVector c12 = load(s, s1 + 2 * LENGTH);
    FloatVector c13 = load(s, s1 + 3 * LENGTH);
    FloatVector c20 = load(s, s2);
    FloatVector c21 = load(s, s2 + LENGTH);
    FloatVector c22 = load(s, s2 + 2 * LENGTH);
    FloatVector c23 = load(s, s2 + 3 * LENGTH);
    float[] x = a.values;
    float[] w = b.values();
    int down = b.row(1) - b.row(0);
    int at = b.row(run * a.length) + column;
    int a0 = a.at[row] + a.run(run);
    int a1 = a.at[row + 1] + a.run(run);
    int a2 = a.at[row + 2] + a.run(run);
    for (int i = 0; i < a.length; i++, at += down) {
      FloatVector w0 = load(w, at);
      FloatVector w1 = load(w, at + LENGTH);
      FloatVector w2 = load(w, at + 2 * LENGTH);
      FloatVector w3 = load(w, at + 3 * LENGTH);
      FloatVector x0 = all(x[a0 + i]);
      c00 = x0.fma(w0, c00);
      c01 = x0.fma(w1, c01);
      c02 = x0.fma(w2, c02);
      c03 = x0.fma(w3, c03);
      FloatVector x1 = all(x[a1 + i]);
      c10 = x1.fma(w0, c10);
      c11 = x1.fma(w1, c11);
      c12 = x1.fma(w2, c12);
      c13 = x1.fma(w3, c13);
      FloatVector x2 = all(x[a2 + i]);
      c20 = x2.fma(w0, c20);
      c21 = x2.fma(w1, c21);
      c22 = x2.fma(w2, c22);
      c23 = x2.fma(w3, c23);
    }
    c00.intoArray(c.values, first);
    c01.intoArray(c.values, first + LENGTH);
    c02.intoArray(c.values, first + 2 * LENGTH);
    c03.intoArray(c.values, first + 3 * LENGTH);
    c10.intoArray(c.values, second);
    c11.intoArray(c.values, second + LENGTH);
    c12.intoArray(c.values, second + 2 * LENGTH);
    c13.intoArray(c.values, second + 3 * LENGTH);
    c20.intoArray(c.values, third);
    c21.intoArray(c.values, third + LENGTH);
    c22.intoArray(c.values, third + 2 * LENGTH);
    c23.intoArray(c.values, third + 3 * LENGTH);
  }

  /** {@code c += a b}, where the rows of {@code c} begin {@code shift} later. */
  void addRows(Rows a, Right b, Rows c, int shift) {
    for (int column = 0; column < b.n; column += WIDTH) {
      rows(a, b, column, false, c, shift + column);
    }
  }

  /** The product for one panel of {@code b}, block by block. */
  private void rows(Rows a, Right b, int column, boolean fresh, Rows c, int shift) {
    int blocks = (a.length + Right.ROWS - 1) / Right.ROWS;
    boolean first = fresh;
    for (int run = 0; run < a.runs; run++) {
      for (int block = 0; block < blocks; block++) {
        int from = a.length * block / blocks;
        int k = a.length * (block + 1) / blocks - from;
        b.load(run * a.length + from, k, column, column + 1);
        rows(a, a.run(run) + from, b, k, column, first, c, shift);
        first = false;
      }
    }
  }

  private void begin(boolean biased, float[] bias, int at, int used) {
    Arrays.fill(start, 0f);
    if (biased) {
      System.arraycopy(bias, at, start, 0, used);
    }
  }

  /** One panel of {@code b} with all rows of {@code a}. */
  private void rows(
      Rows a, int shift, Right b, int k, int column, boolean first, Rows c, int cShift) {
    float[] panel = b.panel(0);
    boolean wide = b.width(column) > LENGTH;
    int columns = Math.min(b.width(column), b.n - column);
    int whole = columns == b.width(column) ? a.rows / Tile.ROWS * Tile.ROWS : 0;
    float[] s = first ? start : c.values;
    int[] sAt = first ? startRows : c.at;
    int sShift = first ? 0 : cShift;
    for (int row = 0; row < whole; row += Tile.ROWS) {
      int sRow = first ? 0 : row;
      Tile.rows(
          wide, a.values, a.at, row, shift, panel, k, s, sAt, sRow, sShift, c.values, c.at, row,
          cShift);
    }
    for (int row = whole; row < a.rows; row += Tile.ROWS) {
      int rows = Math.min(Tile.ROWS, a.rows - row);
      for (int r = 0; r < rows; r++) {
        beginEdge(first, c.values, c.at[row + r] + cShift, r, columns);
      }
      Tile.rows(
          wide, a.values, a.at, row, shift, panel, k, edge, edgeRows, 0, 0, edge, edgeRows, 0, 0);
      for (int r = 0; r < rows; r++) {
        copy(edge, r * WIDTH, c.values, c.at[row + r] + cShift, columns);
      }
    }
  }

  /**
   * {@code c = a' b}, or {@code c += a' b} unless {@code fresh}: {@code a [k x columns]}, {@code b
   * [k x n]}, {@code c [columns x n]} at {@code cAt}, its rows {@code from} to {@code to}. From
   * where each run of {@code a} begins, at least {@link Tile#COLUMNS} values can be read.
   */
  void columns(Rows a, int from, int to, Right b, boolean fresh, float[] c, int cAt) {
    if (from == to) {
      return;
    }
    Arrays.fill(start, 0f);
    for (int block = 0; block < a.rows; block += Right.ROWS) {
      int k = Math.min(Right.ROWS, a.rows - block);
      int step = Right.columns(k);
      for (int column = 0; column < b.n; column += step) {
        int end = Math.min(b.n, column + step);
        b.load(block, k, column, end);
        for (int run = from / a.length; run * a.length < to; run++) {
          int first = Math.max(0, from - run * a.length);
          int last = Math.min(a.length, to - run * a.length);
          for (int row = first; row < last; row += Tile.COLUMNS) {
            // The last tile begins earlier, so that it reads nothing after the matrix.
            int begin = Math.max(0, Math.min(row, a.length - Tile.COLUMNS));
            int skip = row - begin;
            int rows = Math.min(Tile.COLUMNS - skip, last - row);
            int at = cAt + (run * a.length + row) * b.n;
            shift(a.at, block, k, a.run(run) + begin);
            for (int j = column; j < end; j += WIDTH) {
              float[] panel = b.panel(j - column);
              tile(a.values, b, panel, k, j, skip, rows, fresh && block == 0, c, at + j);
            }
          }
        }
      }
    }
  }

  private void shift(int[] at, int from, int k, int by) {
    for (int i = 0; i < k; i++) {
      shifted[i] = at[from + i] + by;
    }
  }

  /** One tile, of which {@code rows} rows after {@code skip} count. */
  private void tile(
      float[] a,
      Right b,
      float[] panel,
      int k,
      int column,
      int skip,
      int rows,
      boolean first,
      float[] c,
      int at) {
    boolean wide = b.width(column) > LENGTH;
    int columns = Math.min(b.width(column), b.n - column);
    if (rows == Tile.COLUMNS && columns == b.width(column)) {
      float[] s = first ? start : c;
      Tile.columns(wide, a, shifted, panel, k, s, first ? 0 : at, first ? 0 : b.n, c, at, b.n);
      return;
    }
    for (int r = 0; r < rows; r++) {
      beginEdge(first, c, at + r * b.n, skip + r, columns);
    }
    Tile.columns(wide, a, shifted, panel, k, edge, 0, WIDTH, edge, 0, WIDTH);
    for (int r = 0; r < rows; r++) {
      copy(edge, (skip + r) * WIDTH, c, at + r * b.n, columns);
    }
  }

  private void beginEdge(boolean first, float[] c, int from, int row, int columns) {
    if (first) {
      System.arraycopy(start, 0, edge, row * WIDTH, WIDTH);
    } else {
      copy(c, from, edge, row * WIDTH, columns);
    }
  }

  private static void copy(float[] x, int from, float[] y, int to, int length) {
    for (int i = 0; i < length; i++) {
      y[to + i] = x[from + i];
    }
  }
}
