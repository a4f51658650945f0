package org.epochflow.model.parallel;

/**
 * Sums over ranges of an array, in float64, by an order that does not depend on the threads: the
 * values in pieces of a fixed length, then the pieces.
 */
public final class PieceSums {
  private static final int PIECE = 4096;
  private final int[] begins;
  private final int[] ends;

  /** The number of the first piece of each range, and last the number of pieces. */
  private final int[] first;

  private final double[] sums;

  /** What is summed. */
  @FunctionalInterface
  public interface Piece {
    /** The sum over the values {@code from} to {@code to}, exclusive, of a range. */
    double sum(int range, int from, int to);
  }

  /**
   * @param begins where each range begins; {@code ends} is where each ends, exclusive
   */
  public PieceSums(int[] begins, int[] ends) {
    this.begins = begins.clone();
    this.ends = ends.clone();
    first = new int[begins.length + 1];
    for (int i = 0; i < begins.length; i++) {
      first[i + 1] = first[i] + (ends[i] - begins[i] + PIECE - 1) / PIECE;
    }
    sums = new double[first[begins.length]];
  }

  /** Sums a thread's share of the pieces. All threads must have done so before a sum is asked. */
  public void add(Share share, Piece summed) {
    int from = share.from(sums.length);
    int to = share.to(sums.length);
    for (int i = 0; i < begins.length; i++) {
      for (int piece = Math.max(from, first[i]); piece < Math.min(to, first[i + 1]); piece++) {
        int begin = begins[i] + (piece - first[i]) * PIECE;
        sums[piece] = summed.sum(i, begin, Math.min(ends[i], begin + PIECE));
      }
    }
  }

  /** Of one range. */
  public double of(int range) {
    return sum(first[range], first[range + 1]);
  }

  /** Of all ranges. */
  public double all() {
    return sum(0, sums.length);
  }

  private double sum(int from, int to) {
    double sum = 0;
    for (int piece = from; piece < to; piece++) {
      sum += sums[piece];
    }
    return sum;
  }

  /**
   * The sum of the squares of some values, {@code to} exclusive: four sums side by side, as an
   * addition has to wait for the one before it.
   */
  public static double squares(float[] x, int from, int to) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      a += (double) x[i] * x[i];
      b += (double) x[i + 1] * x[i + 1];
      c += (double) x[i + 2] * x[i + 2];
      d += (double) x[i + 3] * x[i + 3];
    }
    for (; i < to; i++) {
      a += (double) x[i] * x[i];
    }
    return a + b + (c + d);
  }
}
