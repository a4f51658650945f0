package org.epochflow.pipeline.picture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

/** Tests {@link Thumbnail}. */
class ThumbnailTest {
  @Test
  void aPictureWithinTheBoundStaysAsItIs() {
    byte[] pixels = new byte[64 * 28];
    Thumbnail same = Thumbnail.of(64, 28, 1, 64);
    assertSame(pixels, same.of(pixels));
    assertEquals(64 * 28, same.bytes());
  }

  @Test
  void aPixelIsTheMeanOfTheSquareItStandsFor() {
    byte[] pixels = {
      0, 10, 20, 30, (byte) 255, //
      2, 12, 22, 33, (byte) 253, //
      7, 9, 1, 2, 100
    };
    Thumbnail small = Thumbnail.of(3, 5, 1, 3);
    assertEquals(2, small.height());
    assertEquals(3, small.width());
    assertArrayEquals(new byte[] {6, 26, (byte) 254, 8, 2, 100}, small.of(pixels));
  }

  @Test
  void coloursAreAveragedEachForItself() {
    Thumbnail small = Thumbnail.of(1, 2, 3, 1);
    assertArrayEquals(new byte[] {2, 4, 6}, small.of(new byte[] {1, 3, 5, 3, 5, 7}));
  }

  @Test
  void noEdgeIsAboveTheBound() {
    for (int edge = 1; edge < 700; edge++) {
      Thumbnail small = Thumbnail.of(edge, 1, 1, 64);
      assertEquals(true, small.height() <= 64 && small.height() >= 1, "edge " + edge);
      assertEquals(small.bytes(), small.of(new byte[edge]).length);
    }
  }
}
