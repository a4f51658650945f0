package org.epochflow.model.idx;

/**
 * The sum of unsigned bytes, and the sum of their squares.
 *
 * <p>A table gives the value and the square of each byte together, as the halves of one number. To
 * add these takes two thirds of the time of multiplying.
 */
public record PixelSums(long sum, long squares) {
  private static final int HALF = 32;
  private static final long LOW = (1L << HALF) - 1;

  /** The squares of so many bytes have a sum that fits the low half, whatever the bytes are. */
  private static final int MOST = (int) (LOW / (255 * 255));

  private static final long[] VALUE_AND_SQUARE = new long[256];

  static {
    for (int value = 0; value < VALUE_AND_SQUARE.length; value++) {
      VALUE_AND_SQUARE[value] = (long) value << HALF | (long) value * value;
    }
  }

  /** The sums over all of an array. */
  public static PixelSums of(byte[] pixels) {
    long sum = 0;
    long squares = 0;
    for (int from = 0; from < pixels.length; from += MOST) {
      long both = of(pixels, from, Math.min(pixels.length, from + MOST));
      sum += both >>> HALF;
      squares += both & LOW;
    }
    return new PixelSums(sum, squares);
  }

  private static long of(byte[] pixels, int from, int to) {
    long both = 0;
    for (int i = from; i < to; i++) {
      both += VALUE_AND_SQUARE[pixels[i] & 0xff];
    }
    return both;
  }
}
