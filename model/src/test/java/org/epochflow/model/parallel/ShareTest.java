package org.epochflow.model.parallel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Shares are all of the work, each part once. */
class ShareTest {
  @Test
  void eachBeginsWhereTheOneBeforeEnds() {
    for (int of : new int[] {1, 2, 3, 8}) {
      for (int size : new int[] {0, 1, 7, 16, 100, Integer.MAX_VALUE}) {
        for (int grain : new int[] {1, 6, 16}) {
          int end = 0;
          for (int i = 0; i < of; i++) {
            Share share = new Share(i, of);
            assertEquals(end, share.from(size, grain));
            end = share.to(size, grain);
            assertTrue(end % grain == 0 || end == size, "cut at " + end);
          }
          assertEquals(size, end);
        }
      }
    }
  }

  @Test
  void noneIsLargerThanAnotherByMoreThanTheGrain() {
    for (int i = 0; i < 7; i++) {
      Share share = new Share(i, 7);
      int size = share.to(100) - share.from(100);
      assertTrue(size == 14 || size == 15, "found " + size);
      int grains = (share.to(96, 8) - share.from(96, 8)) / 8;
      assertTrue(grains == 1 || grains == 2, "found " + grains);
    }
  }

  @Test
  void thereIsNoneBeyondTheLast() {
    assertThrows(IllegalArgumentException.class, () -> new Share(2, 2));
    assertThrows(IllegalArgumentException.class, () -> new Share(-1, 2));
  }
}
