package org.epochflow.runners.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.pipeline.data.Sample;
import org.junit.jupiter.api.Test;

/** Tests {@link SampleSheet}. */
class SampleSheetTest {
  private static final Shape IMAGE = Shape.of(5, 4);
  private static final byte[] PIXELS = new byte[20];

  static {
    for (int i = 0; i < PIXELS.length; i++) {
      PIXELS[i] = (byte) (13 * i);
    }
  }

  private static Sample sample(long index) {
    return new Sample(index, 3, Base64.getEncoder().encodeToString(PIXELS));
  }

  private static SampleSheet augmented(String changes) {
    return new SampleSheet(IMAGE, List.of("0", "1"), Augment.parse(changes), 42);
  }

  @Test
  void withoutChangesItIsTheImage() {
    assertArrayEquals(PIXELS, augmented("none").augmented(sample(8), 3));
  }

  @Test
  void anImageOfAnEpochIsItselfOrMirrored() {
    byte[] mirrored = new byte[20];
    for (int i = 0; i < 20; i++) {
      mirrored[i] = PIXELS[i / 4 * 4 + 3 - i % 4];
    }
    int flips = 0;
    for (int epoch = 1; epoch <= 60; epoch++) {
      byte[] shown = augmented("flip").augmented(sample(8), epoch);
      boolean flipped = Arrays.equals(mirrored, shown);
      flips += flipped ? 1 : 0;
      assertArrayEquals(flipped ? mirrored : PIXELS, shown);
    }
    assertEquals(30, flips, 15);
  }

  /** All become brighter or darker by the same, to the ends of the range. */
  @Test
  void pixelsStayBytes() {
    for (int epoch = 1; epoch <= 40; epoch++) {
      byte[] shown = augmented("brightness=1").augmented(sample(epoch), epoch);
      int[] added =
          IntStream.range(0, 20)
              .filter(i -> shown[i] != 0 && (shown[i] & 0xff) != 255)
              .map(i -> (shown[i] & 0xff) - (PIXELS[i] & 0xff))
              .sorted()
              .toArray();
      if (added.length > 0) {
        assertEquals(added[0], added[added.length - 1], 1, "epoch " + epoch);
      }
    }
  }
}
