package org.epochflow.model.kernel.vector;

import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * The gradient of a dense layer's input for a batch of one or two, {@code dx = dy w'}: each value
 * is the inner product of a row of {@code dy} and one of {@code w}, which is read once, in place.
 *
 * <p>It is summed in {@value #PARTS} parts, the p-th of every {@value #PARTS}-th term from the p-th
 * on, and those by halves, so the bits are the same however many of them a vector holds.
 */
final class InnerProducts {
  private static final int PARTS = 16;

  /** The number of rows of {@code w} that are read at the same time. */
  private static final int ROWS = 4;

  /** The parts of each row's product with the first row of {@code dy}, then with the second. */
  private final float[] sums = new float[2 * ROWS * PARTS];

  private float[] padded = {};

  /** Whether rows of {@code n} values are long enough. */
  static boolean take(int rows, int n) {
    return rows <= Streams.ROWS && n >= PARTS;
  }

  /**
   * The columns {@code from} to {@code to} of {@code dx}.
   *
   * @param dy {@code [rows x n]}, one or two rows; {@code w} at {@code at}, {@code [k x n]}
   */
  void columns(
      float[] dy, int rows, int n, float[] w, int at, int from, int to, float[] dx, int k) {
    int length = pad(dy, rows, n);
    for (int i = from; i < to; i += ROWS) {
      int last = to - 1;
      int row0 = at + i * n;
      int row1 = at + Math.min(i + 1, last) * n;
      int row2 = at + Math.min(i + 2, last) * n;
      int row3 = at + Math.min(i + 3, last) * n;
      for (int lane = 0; lane < PARTS; lane += LENGTH) {
        parts(length, w, row0, row1, row2, row3, lane);
      }
      for (int row = 0; row < rows; row++) {
        for (int r = 0; r < Math.min(ROWS, to - i); r++) {
          dx[row * k + i + r] = sum((row * ROWS + r) * PARTS);
        }
      }
    }
  }

  /**
   * Copies both rows, padded with zeros to a multiple of sixteen. The zeros multiply what a read of
   * a row of {@code w} finds after it: the next row, or the bias.
   *
   * @return the padded length
   */
  private int pad(float[] dy, int rows, int n) {
    int length = (n + PARTS - 1) / PARTS * PARTS;
    if (padded.length < 2 * length) {
      padded = new float[2 * length];
    }
    Arrays.fill(padded, 0f);
    for (int row = 0; row < rows; row++) {
      System.arraycopy(dy, row * n, padded, row * length, n);
    }
    return length;
  }

  /** The parts in one vector, from {@code lane} on. */
  private void parts(int length, float[] w, int row0, int row1, int row2, int row3, int lane) {
    float[] dy = padded;
    FloatVector a0 = all(0);
    FloatVector a1 = all(0);
    FloatVector a2 = all(0);
    FloatVector a3 = all(0);
    FloatVector b0 = all(0);
    FloatVector b1 = all(0);
    FloatVector b2 = all(0);
    FloatVector b3 = all(0);
    for (int j = lane; j < length; j += PARTS) {
      FloatVector a = load(dy, j);
      FloatVector b = load(dy, length + j);
      FloatVector w0 = load(w, row0 + j);
      a0 = a.fma(w0, a0);
      b0 = b.fma(w0, b0);
      FloatVector w1 = load(w, row1 + j);
      a1 = a.fma(w1, a1);
      b1 = b.fma(w1, b1);
      FloatVector w2 = load(w, row2 + j);
      a2 = a.fma(w2, a2);
      b2 = b.fma(w2, b2);
      FloatVector w3 = load(w, row3 + j);
      a3 = a.fma(w3, a3);
      b3 = b.fma(w3, b3);
    }
    a0.intoArray(sums, lane);
    a1.intoArray(sums, PARTS + lane);
    a2.intoArray(sums, 2 * PARTS + lane);
    a3.intoArray(sums, 3 * PARTS + lane);
    b0.intoArray(sums, 4 * PARTS + lane);
    b1.intoArray(sums, 5 * PARTS + lane);
    b2.intoArray(sums, 6 * PARTS + lane);
    b3.intoArray(sums, 7 * PARTS + lane);
  }

  private float sum(int parts) {
    for (int half = PARTS / 2; half > 0; half /= 2) {
      for (int p = parts; p < parts + half; p++) {
        sums[p] += sums[p + half];
      }
    }
    return sums[parts];
  }
}
