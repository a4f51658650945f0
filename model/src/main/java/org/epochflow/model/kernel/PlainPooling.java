package org.epochflow.model.kernel;

/**
 * Pooling of one line of outputs, one value at a time, in the channels {@code first} and after: the
 * reference, and what vectors leave over. See {@link Kernels} for the formulas and {@link
 * Pooling#above} for lines.
 *
 * <p>A window's sum adds the sums of its rows, each from left to right. Gradients are added to
 * those that are there, so they begin at zero: of averages window by window, of largest values the
 * windows of a line from the last to the first.
 */
public final class PlainPooling {
  private PlainPooling() {}

  /** See {@link Kernels#maxPool}. */
  public static void max(Pooling s, int line, int first, float[] x, float[] y) {
    for (int j = 0; j < s.outWidth(); j++) {
      int out = (line * s.outWidth() + j) * s.channels();
      for (int c = first; c < s.channels(); c++) {
        y[out + c] = x[largest(s, line, j, c, x)];
      }
    }
  }

  /** See {@link Kernels#convolveAndPool}. */
  static void which(Pooling s, int line, float[] x, float[] largest) {
    for (int j = 0; j < s.outWidth(); j++) {
      int out = (line * s.outWidth() + j) * s.channels();
      int first = s.above(line) + s.left(j);
      for (int c = 0; c < s.channels(); c++) {
        int place = (largest(s, line, j, c, x) - first - c) / s.channels();
        largest[out + c] = place / s.width() * s.poolWidth() + place % s.width();
      }
    }
  }

  /** See {@link Kernels#convolveAndPoolGradient}. */
  static void spread(Pooling s, int line, float[] dy, float[] largest, float[] dx) {
    for (int j = 0; j < s.outWidth(); j++) {
      int out = (line * s.outWidth() + j) * s.channels();
      int first = s.above(line) + s.left(j);
      for (int c = 0; c < s.channels(); c++) {
        int which = (int) largest[out + c];
        int place = which / s.poolWidth() * s.width() + which % s.poolWidth();
        dx[first + place * s.channels() + c] += dy[out + c];
      }
    }
  }

  /** See {@link Kernels#maxPoolGradient}. */
  public static void maxGradient(
      Pooling s, int line, int first, float[] x, float[] dy, float[] dx) {
    for (int j = s.outWidth() - 1; j >= 0; j--) {
      int out = (line * s.outWidth() + j) * s.channels();
      for (int c = first; c < s.channels(); c++) {
        dx[largest(s, line, j, c, x)] += dy[out + c];
      }
    }
  }

  /** See {@link Kernels#averagePool}. */
  public static void average(Pooling s, int line, int first, float[] x, float[] y) {
    for (int j = 0; j < s.outWidth(); j++) {
      int out = (line * s.outWidth() + j) * s.channels();
      int count = s.count(line, j);
      for (int c = first; c < s.channels(); c++) {
        y[out + c] = sum(s, line, j, c, x) / count;
      }
    }
  }

  /** See {@link Kernels#averagePoolGradient}. */
  public static void averageGradient(Pooling s, int line, int first, float[] dy, float[] dx) {
    for (int j = 0; j < s.outWidth(); j++) {
      int out = (line * s.outWidth() + j) * s.channels();
      int count = s.count(line, j);
      for (int c = first; c < s.channels(); c++) {
        add(s, line, j, c, dy[out + c] / count, dx);
      }
    }
  }

  /** The index of the first largest value of a window. */
  private static int largest(Pooling s, int line, int j, int c, float[] x) {
    int left = s.left(j) + c;
    int right = s.right(j) + c;
    int below = s.below(line);
    int best = s.above(line) + left;
    for (int row = s.above(line); row < below; row += s.width() * s.channels()) {
      for (int at = row + left; at < row + right; at += s.channels()) {
        best = x[at] > x[best] ? at : best;
      }
    }
    return best;
  }

  private static float sum(Pooling s, int line, int j, int c, float[] x) {
    int left = s.left(j) + c;
    int right = s.right(j) + c;
    int below = s.below(line);
    float sum = 0;
    for (int row = s.above(line); row < below; row += s.width() * s.channels()) {
      float ofRow = 0;
      for (int at = row + left; at < row + right; at += s.channels()) {
        ofRow += x[at];
      }
      sum += ofRow;
    }
    return sum;
  }

  private static void add(Pooling s, int line, int j, int c, float d, float[] dx) {
    int left = s.left(j) + c;
    int right = s.right(j) + c;
    int below = s.below(line);
    for (int row = s.above(line); row < below; row += s.width() * s.channels()) {
      for (int at = row + left; at < row + right; at += s.channels()) {
        dx[at] += d;
      }
    }
  }
}
