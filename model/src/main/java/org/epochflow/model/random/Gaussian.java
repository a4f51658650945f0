package org.epochflow.model.random;

/**
 * Standard normal numbers of a counter: the inverse of their distribution at 32 bits of {@link
 * CounterRandom}, by Wichura's rational functions (1988, algorithm AS 241, PPND7), which are off by
 * 1e-7 of it. Two of a stream's numbers are made of each number of {@link CounterRandom}, the lower
 * bits' first. None is more than 6.4 off 0. Products, quotients, roots and {@link StrictMath}
 * alone: the same bits on every machine.
 */
public final class Gaussian {
  private static final double CENTRAL = 0.425;
  private static final double FAR = 5;

  private Gaussian() {}

  /** Writes the first numbers of a stream to {@code z}, from {@code from} to {@code to}. */
  public static void fill(long stream, float[] z, int from, int to) {
    for (int i = from; i < to; i++) {
      int index = i - from;
      long bits = CounterRandom.at(stream, index / 2) >>> (index % 2 * Integer.SIZE);
      z[i] = (float) quantile(((bits & 0xffffffffL) + 0.5) * 0x1p-32);
    }
  }

  /** The value that a standard normal number is below with probability {@code p}. */
  static double quantile(double p) {
    double q = p - 0.5;
    if (Math.abs(q) <= CENTRAL) {
      return central(q);
    }
    double r = Math.sqrt(-StrictMath.log(q < 0 ? p : 1 - p));
    double size = r <= FAR ? tail(r - 1.6) : farTail(r - FAR);
    return q < 0 ? -size : size;
  }

  private static double central(double q) {
    double r = CENTRAL * CENTRAL - q * q;
    double above = ((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179;
    double below = ((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1;
    return q * above / below;
  }

  private static double tail(double r) {
    double above = ((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777;
    double below = (0.12021132975 * r + 0.73700164250) * r + 1;
    return above / below;
  }

  private static double farTail(double r) {
    double above = ((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150;
    double below = (0.012258202635 * r + 0.24197894225) * r + 1;
    return above / below;
  }
}
