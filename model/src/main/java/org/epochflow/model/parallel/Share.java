package org.epochflow.model.parallel;

import java.util.Locale;

/**
 * One thread's part of some work: one of several parts of about the same size.
 *
 * @param index from 0
 * @param of how many parts there are
 */
public record Share(int index, int of) {
  /** All of the work. */
  public static final Share ALL = new Share(0, 1);

  public Share {
    if (index < 0 || index >= of) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "Expected a share below %d, found %d", of, index));
    }
  }

  /** Where this part of {@code size} things begins. */
  public int from(int size) {
    return from(size, 1);
  }

  /** Where it ends: where the next begins. */
  public int to(int size) {
    return to(size, 1);
  }

  /** Where this part begins if the work is split at multiples of {@code grain} only. */
  public int from(int size, int grain) {
    return cut(index, size, grain);
  }

  /** Where it ends then. */
  public int to(int size, int grain) {
    return cut(index + 1, size, grain);
  }

  private int cut(long part, int size, int grain) {
    long grains = (size + (long) grain - 1) / grain;
    return (int) Math.min(size, grains * part / of * grain);
  }
}
