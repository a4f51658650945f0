package org.epochflow.model.optim;

import java.util.List;
import org.epochflow.model.kernel.Update;

/**
 * Steps as plain loops, of which the JVM makes vectors: it does where all arrays have the same
 * index and nothing branches. So a range is copied in pieces to arrays that begin with it.
 */
final class Pieces {
  private static final int MOST = 512;

  /**
   * Added and taken away again, it rounds a value that fades to a multiple of 2^-115. So neither it
   * nor its product with a rate becomes subnormal, which takes a CPU many times as long. One of
   * 2^-67 or more keeps its bits.
   */
  static final float FADE = 0x1p-92f;

  private Pieces() {}

  /** Steps one piece. */
  @FunctionalInterface
  interface Loop {
    /**
     * Steps the first {@code count} values.
     *
     * @param g their gradient, which it may change
     * @param slots the state that belongs to them
     */
    void step(float[] w, float[] g, float[][] slots, int count);
  }

  /** The step that applies a loop to all pieces of a range. */
  static Update update(List<float[]> slots, Loop loop) {
    float[][] state = slots.toArray(float[][]::new);
    return (kernels, w, from, to, g, at) -> {
      int most = Math.min(MOST, to - from);
      float[] wPiece = new float[most];
      float[] gPiece = new float[most];
      float[][] pieces = new float[state.length][most];
      for (int i = from; i < to; i += most) {
        int count = Math.min(most, to - i);
        System.arraycopy(w, i, wPiece, 0, count);
        System.arraycopy(g, at + i - from, gPiece, 0, count);
        for (int slot = 0; slot < state.length; slot++) {
          System.arraycopy(state[slot], i, pieces[slot], 0, count);
        }
        loop.step(wPiece, gPiece, pieces, count);
        System.arraycopy(wPiece, 0, w, i, count);
        for (int slot = 0; slot < state.length; slot++) {
          System.arraycopy(pieces[slot], 0, state[slot], i, count);
        }
      }
    };
  }

  /** {@code mean += (x - mean) take}: what a mean becomes that takes a share of each value. */
  static void approach(float[] mean, float[] x, float take, int count) {
    for (int i = 0; i < count; i++) {
      mean[i] = mean[i] + (x[i] - mean[i]) * take + FADE - FADE;
    }
  }

  /** {@code mean += (x^2 - mean) take}. */
  static void approachSquares(float[] mean, float[] x, float take, int count) {
    for (int i = 0; i < count; i++) {
      mean[i] = mean[i] + (x[i] * x[i] - mean[i]) * take + FADE - FADE;
    }
  }
}
