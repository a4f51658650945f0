package org.epochflow.model.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Random;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Preprocessing.Scale;
import org.epochflow.model.parallel.Share;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How pixels become inputs. */
class PreprocessingTest {
  private static final int PIXELS = 5 * 7 * 3;
  private static final Preprocessing COLOUR =
      Preprocessing.standardized(List.of(0.25, 0.5, 0.0), List.of(0.5, 0.125, 0.0));

  private static float[] inputs(Preprocessing by, byte... pixels) {
    float[] x = new float[pixels.length];
    by.normalize(pixels, 0, pixels.length, x, 0);
    return x;
  }

  @Test
  void pixelsAreDividedOrLeftOrStandardised() {
    byte[] pixels = {0, 51, (byte) 255};
    assertArrayEquals(new float[] {0, 0.2f, 1}, inputs(Preprocessing.STANDARD, pixels));
    assertArrayEquals(new float[] {0, 51, 255}, inputs(Preprocessing.BYTES, pixels));
    assertArrayEquals(
        new float[] {-1, (0.2f - 0.25f) / 0.25f, 3},
        inputs(Preprocessing.standardized(List.of(0.25), List.of(0.25)), pixels));
  }

  @Test
  void eachChannelHasItsMeanAndItsDeviation() {
    assertArrayEquals(
        new float[] {-0.5f, -4, 0, 1.5f, 4, 1},
        inputs(COLOUR, (byte) 0, (byte) 0, (byte) 0, (byte) 255, (byte) 255, (byte) 255));
    assertEquals(List.of(0.5f, 0.125f, 1f), COLOUR.deviation(), "a channel of equal pixels");
  }

  /** Training's way, with the kernels, and prediction's give the same bits. */
  @ParameterizedTest
  @ValueSource(strings = {"ejml", "auto"})
  void aBatchHasTheSameBits(String kernels) {
    String name = kernels.equals("auto") ? Kernels.auto() : kernels;
    byte[] pixels = new byte[3 * PIXELS];
    new Random(3).nextBytes(pixels);
    Examples examples = new Examples(pixels, new byte[3], new long[3]);
    for (Preprocessing by : List.of(Preprocessing.STANDARD, Preprocessing.BYTES, COLOUR)) {
      Batch batch = new Batch(3, PIXELS);
      for (int i = 0; i < 3; i++) {
        batch.add(examples, i, by);
      }
      batch.normalize(Kernels.named(name), Share.ALL);
      assertArrayEquals(inputs(by, pixels), batch.inputs);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aScaleIsKnownByItsWord(Scale scale) {
    assertEquals(scale, Scale.named(scale.word()));
    assertEquals(scale, scale.ofChannels(3).scale());
    assertEquals(scale, scale.ofChannels(1).withImage(Shape.of(4, 4)).scale());
    assertEquals(
        "Expected one of 0..1, 0..255, standardized, found 0..2",
        assertThrows(IllegalArgumentException.class, () -> Scale.named("0..2")).getMessage());
  }

  @Test
  void whatIsNotMeasuredForEachChannelIsRefused() {
    List<Float> one = List.of(0.5f);
    assertThrows(
        IllegalArgumentException.class, () -> COLOUR.withImage(Shape.of(4, 4)), "one channel");
    assertThrows(
        IllegalArgumentException.class,
        () -> new Preprocessing(255, null, one, null),
        "no deviation");
    assertThrows(
        IllegalArgumentException.class, () -> new Preprocessing(255, null, null, one), "no mean");
    assertThrows(
        IllegalArgumentException.class, () -> new Preprocessing(255, null, one, List.of(0f)));
    assertThrows(
        IllegalArgumentException.class,
        () -> new Preprocessing(255, null, List.of(Float.NaN), one));
    assertThrows(
        IllegalArgumentException.class, () -> new Preprocessing(255, null, List.of(), List.of()));
  }
}
