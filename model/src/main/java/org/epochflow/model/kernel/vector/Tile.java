package org.epochflow.model.kernel.vector;

/**
 * The inner loops of every product: a tile of sums in registers, some rows by one or two vectors. A
 * sum runs over {@code k} in sequence, one fused multiply-add a term; so its bits depend on neither
 * the tile nor the vector.
 *
 * <p>The right factor {@code b} is a panel of {@link Right}: {@code k} rows, as wide as the tile.
 * The sums begin with the rows of {@code s} and are left in those of {@code c}. What a loop does
 * not need is kept out of its arguments, because C2 has few registers for whole numbers: it moves
 * those that are left over to vector registers, and fetching them takes the place of a
 * multiply-add.
 */
final class Tile {
  private static final boolean WIDE_VECTORS = Lanes.LENGTH == 16;

  /**
   * The rows of {@link #rows}. There are 32 registers of 512 bits, or else 16; then C2 loads a
   * value of every row before it uses the first.
   */
  static final int ROWS = WIDE_VECTORS ? 8 : 4;

  /** The rows of {@link #columns}. */
  static final int COLUMNS = WIDE_VECTORS ? 8 : 6;

  private Tile() {}

  /**
   * {@code c[r][j] = s[r][j] + sum over i of a[r][i] b[i][j]}. The rows of {@code a} begin at
   * {@code at[from + r] + shift}, those of {@code s} and {@code c} likewise: see {@link Rows}.
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
    if (WIDE_VECTORS) {
      if (wide) {
        Tile8x2.rows(a, at, from, shift, b, k, s, sAt, sFrom, sShift, c, cAt, cFrom, cShift);
      } else {
        Tile8x1.rows(a, at, from, shift, b, k, s, sAt, sFrom, sShift, c, cAt, cFrom, cShift);
      }
    } else if (wide) {
      Tile4x2.rows(a, at, from, shift, b, k, s, sAt, sFrom, sShift, c, cAt, cFrom, cShift);
    } else {
      Tile4x1.rows(a, at, from, shift, b, k, s, sAt, sFrom, sShift, c, cAt, cFrom, cShift);
    }
  }

  /**
   * {@code c[r][j] = s[r][j] + sum over i of a[i][r] b[i][j]}: with {@code a} transposed. Row
   * {@code i} of {@code a} begins at {@code at[i]}; the rows of {@code s} are {@code sLd} apart,
   * those of {@code c} {@code ld}.
   */
  static void columns(
      boolean wide,
      float[] a,
      int[] at,
      float[] b,
      int k,
      float[] s,
      int sAt,
      int sLd,
      float[] c,
      int cAt,
      int ld) {
    if (WIDE_VECTORS) {
      if (wide) {
        Tile8x2.columns(a, at, b, k, s, sAt, sLd, c, cAt, ld);
      } else {
        Tile8x1.columns(a, at, b, k, s, sAt, sLd, c, cAt, ld);
      }
    } else if (wide) {
      Tile6x2.columns(a, at, b, k, s, sAt, sLd, c, cAt, ld);
    } else {
      Tile6x1.columns(a, at, b, k, s, sAt, sLd, c, cAt, ld);
    }
  }
}
