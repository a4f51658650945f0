package org.epochflow.model.kernel.vector;

/**
 * The inner loops of every product: a tile of sums in registers, {@link #ROWS} rows by one or two
 * vectors. A sum runs over {@code k} in sequence, one fused multiply-add a term; so its bits depend
 * on neither the tile nor the vector.
 *
 * <p>The left factor {@code a} is a matrix whose rows begin at {@code at[row] + shift}: see {@link
 * Rows}. The right one, {@code b}, is a block of {@link Right}: {@code k} rows, as wide as the
 * tile. The sums begin with the rows of {@code s} and are left in those of {@code c}.
 */
final class Tile {
  /** As many as the registers hold: 32 of 512 bits, or else 16. */
  static final int ROWS = Lanes.LENGTH == 16 ? 8 : 6;

  private Tile() {}

  /**
   * {@code c[r][j] = s[r][j] + sum over i of a[from + r][i] b[i][j]}. As {@code a}'s, the rows of
   * {@code s} and {@code c} begin at the indices of a table.
   */
  static void rows(
      boolean wide,
      float[] a,
      int[] at,
      int from,
      int shift,
      float[] b,
      int k,
      float[] s,
      int[] sAt,
      int sFrom,
      int sShift,
      float[] c,
      int[] cAt,
      int cFrom,
      int cShift) {
    if (ROWS == 8) {
      if (wide) {
        Tile8x2.rows(a, at, from, shift, b, k, s, sAt, sFrom, sShift, c, cAt, cFrom, cShift);
      } else {
        Tile8x1.rows(a, at, from, shift, b, k, s, sAt, sFrom, sShift, c, cAt, cFrom, cShift);
      }
    } else if (wide) {
      Tile6x2.rows(a, at, from, shift, b, k, s, sAt, sFrom, sShift, c, cAt, cFrom, cShift);
    } else {
      Tile6x1.rows(a, at, from, shift, b, k, s, sAt, sFrom, sShift, c, cAt, cFrom, cShift);
    }
  }

  /**
   * {@code c[r][j] = s[r][j] + sum over i of a[from + i][r] b[i][j]}: with {@code a} transposed.
   * The rows of {@code s} are {@code sLd} apart, those of {@code c} {@code ld}.
   */
  static void columns(
      boolean wide,
      float[] a,
      int[] at,
      int from,
      int shift,
      float[] b,
      int k,
      float[] s,
      int sAt,
      int sLd,
      float[] c,
      int cAt,
      int ld) {
    if (ROWS == 8) {
      if (wide) {
        Tile8x2.columns(a, at, from, shift, b, k, s, sAt, sLd, c, cAt, ld);
      } else {
        Tile8x1.columns(a, at, from, shift, b, k, s, sAt, sLd, c, cAt, ld);
      }
    } else if (wide) {
      Tile6x2.columns(a, at, from, shift, b, k, s, sAt, sLd, c, cAt, ld);
    } else {
      Tile6x1.columns(a, at, from, shift, b, k, s, sAt, sLd, c, cAt, ld);
    }
  }
}
