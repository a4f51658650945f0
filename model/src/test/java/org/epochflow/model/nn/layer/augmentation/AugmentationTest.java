package org.epochflow.model.nn.layer.augmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Masks;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.random.CounterRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is drawn, and for whom. */
class AugmentationTest {
  private static final Shape IMAGE = Shape.of(8, 6, 3);
  private static final int DRAWS = 4000;

  /** Streams as the examples of an epoch have them. */
  private static LongStream streams() {
    return LongStream.range(0, DRAWS).map(example -> Masks.stream(5, 1, example));
  }

  static Stream<Augmentation> layers() throws ModelFormatException {
    List<Augmentation> layers = new ArrayList<>();
    for (String layer :
        List.of(
            "RandomFlip {}",
            "RandomTranslation {'height_factor': 0.2, 'width_factor': 0.3}",
            "RandomRotation {'factor': 0.1}",
            "RandomZoom {'height_factor': 0.2}",
            "RandomCrop {'height': 5, 'width': 4}",
            "RandomContrast {'factor': [0.4, 0.6], 'value_range': [0, 1]}",
            "RandomBrightness {'factor': 0.3, 'value_range': [0, 1]}",
            "RandomErasing {'value_range': [0, 1]}")) {
      layers.add(read(layer));
    }
    return layers.stream();
  }

  /** Of its class and settings, with apostrophes as JSON's quotes. */
  static Augmentation read(String layer) throws ModelFormatException {
    String[] parts = layer.split(" ", 2);
    String config = parts[1].replace('\'', '"').replaceFirst("\\{", "{\"name\": \"a\", ");
    return (Augmentation)
        Layers.read(
            parts[0],
            new JsonObject(Json.parse(config.replace(", }", "}"), "a.json"), "a.json, layer a"));
  }

  private static float[] image() {
    Random random = new Random(2);
    float[] x = new float[IMAGE.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
    }
    return x;
  }

  private static float[] changed(Augmentation layer, float[] x, long stream) {
    float[] y = new float[layer.output(IMAGE).size()];
    layer.drawn(IMAGE, stream).apply(x, 0, y, 0);
    return y;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void examplesAndEpochsDifferAndOneExampleOfAnEpochIsTheSame(Augmentation layer) {
    float[] x = image();
    List<float[]> results =
        LongStream.range(0, 40)
            .mapToObj(i -> changed(layer, x, Masks.stream(i % 2, 3, i / 2)))
            .toList();
    long different = results.stream().map(Arrays::toString).distinct().count();
    assertTrue(different >= (layer instanceof RandomFlip ? 2 : 5), layer + ": " + different);
    assertArrayEquals(results.get(7), changed(layer, x, Masks.stream(1, 3, 3)));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void anImageIsReadAndWrittenAtItsPlaceAlone(Augmentation layer) {
    float[] x = image();
    float[] y = changed(layer, x, 9);
    float[] longer = new float[x.length + 11];
    Arrays.fill(longer, Float.NaN);
    System.arraycopy(x, 0, longer, 4, x.length);
    float[] moved = new float[y.length + 9];
    Arrays.fill(moved, -1);
    Transform transform = layer.drawn(IMAGE, 9);
    transform.apply(longer, 4, moved, 2);
    assertArrayEquals(y, Arrays.copyOfRange(moved, 2, 2 + y.length));
    assertEquals(List.of(-1f, -1f), List.of(moved[1], moved[2 + y.length]));

    float[] dx = new float[x.length + 9];
    Arrays.fill(dx, -1);
    transform.gradient(longer, 4, moved, 2, dx, 5);
    assertEquals(List.of(-1f, -1f), List.of(dx[4], dx[5 + x.length]));
    float[] exact = new float[x.length];
    transform.gradient(x, 0, y, 0, exact, 0);
    assertArrayEquals(exact, Arrays.copyOfRange(dx, 5, 5 + x.length));
  }

  /** A layer that is linear in the image has the gradient {@code <dx, x> = <dy, y(x) - y(0)>}. */
  @ParameterizedTest
  @MethodSource("layers")
  void gradientsAreAdjoint(Augmentation layer) {
    if (layer instanceof RandomContrast || layer instanceof RandomBrightness) {
      return; // They clip; the golden figures have their gradients.
    }
    float[] x = image();
    streams()
        .limit(50)
        .forEach(
            stream -> {
              float[] y = changed(layer, x, stream);
              float[] y0 = changed(layer, new float[x.length], stream);
              float[] dy = new float[y.length];
              for (int i = 0; i < dy.length; i++) {
                dy[i] = CounterRandom.uniform(stream, 1000 + i) - 0.5f;
              }
              float[] dx = new float[x.length];
              layer.drawn(IMAGE, stream).gradient(x, 0, dy, 0, dx, 0);
              double left = 0;
              double right = 0;
              for (int i = 0; i < x.length; i++) {
                left += dx[i] * x[i];
              }
              for (int i = 0; i < y.length; i++) {
                right += dy[i] * (y[i] - y0[i]);
              }
              assertEquals(right, left, 1e-5, layer.toString());
            });
  }

  @Test
  void halfOfTheImagesAreMirrored() {
    RandomFlip flip = new RandomFlip("a", RandomFlip.Mode.HORIZONTAL_AND_VERTICAL);
    assertEvenly(
        0, 1, stream -> ((RandomFlip.Mirror) flip.drawn(IMAGE, stream)).horizontal() ? 1 : 0);
    streams()
        .mapToObj(stream -> (RandomFlip.Mirror) flip.drawn(IMAGE, stream))
        .forEach(mirror -> assertEquals(mirror.horizontal(), mirror.vertical()));
  }

  @Test
  void drawnNumbersAreEvenlyInTheirIntervals() throws ModelFormatException {
    Augmentation move =
        read("RandomTranslation {'height_factor': [0.5, -0.25], 'width_factor': 1}");
    assertEvenly(-2, 4, stream -> -affine(move, stream).b2());
    assertEvenly(-6, 6, stream -> -affine(move, stream).a2());
    Augmentation turn = read("RandomRotation {'factor': [0.05, 0.2]}");
    assertEvenly(
        18,
        72,
        stream -> Math.toDegrees(Math.atan2(affine(turn, stream).b0(), affine(turn, stream).a0())));
    Augmentation zoom = read("RandomZoom {'height_factor': -0.5, 'width_factor': [0, 0.2]}");
    assertEvenly(0.5, 1.5, stream -> affine(zoom, stream).b1());
    assertEvenly(1, 1.2, stream -> affine(zoom, stream).a0());
    Augmentation same = read("RandomZoom {'height_factor': 0.5}");
    streams().forEach(s -> assertEquals(affine(same, s).a0(), affine(same, s).b1()));
    Augmentation contrast = read("RandomContrast {'factor': [0.4, 0.6]}");
    assertEvenly(
        0.6, 1.6, stream -> ((RandomContrast.Contrast) contrast.drawn(IMAGE, stream)).contrast());
    Augmentation more = read("RandomContrast {'factor': 0.5}");
    assertEvenly(
        1, 1.5, stream -> ((RandomContrast.Contrast) more.drawn(IMAGE, stream)).contrast());
    Augmentation bright = read("RandomBrightness {'factor': 0.2}");
    assertEvenly(
        -51, 51, stream -> ((RandomBrightness.Brightness) bright.drawn(IMAGE, stream)).added());
  }

  private static Affine affine(Augmentation layer, long stream) {
    return (Affine) layer.drawn(IMAGE, stream);
  }

  @Test
  void everyWindowIsDrawnAsOften() {
    RandomCrop crop = new RandomCrop("a", 5, 4);
    assertEvenly(0, 3, stream -> ((RandomCrop.Window) crop.drawn(IMAGE, stream)).top());
    assertEvenly(0, 2, stream -> ((RandomCrop.Window) crop.drawn(IMAGE, stream)).left());
  }

  @Test
  void erasedRectanglesLieInsideAndAreAsLargeAndAsManyAsIsAsked() throws ModelFormatException {
    Augmentation half = read("RandomErasing {'factor': [0.5, 0.5], 'scale': [0.25, 0.25]}");
    Shape image = Shape.of(80, 60, 1);
    List<RandomErasing.Rectangle> rectangles =
        streams().mapToObj(s -> (RandomErasing.Rectangle) half.drawn(image, s)).toList();
    List<RandomErasing.Rectangle> erased =
        rectangles.stream().filter(each -> each.bottom() > each.top()).toList();
    assertEquals(DRAWS / 2.0, erased.size(), DRAWS / 30.0);
    for (RandomErasing.Rectangle each : erased) {
      assertEquals(40, each.bottom() - each.top(), 1);
      assertEquals(30, each.right() - each.left(), 1);
      assertTrue(each.top() >= 0 && each.bottom() <= 80 && each.right() <= 60, each.toString());
    }
    assertEquals(20, erased.stream().mapToInt(RandomErasing.Rectangle::top).average().orElse(0), 1);
    Augmentation third = read("RandomErasing {'factor': 0.66}");
    assertEquals(
        0.33 * DRAWS,
        (double)
            streams()
                .filter(s -> ((RandomErasing.Rectangle) third.drawn(image, s)).bottom() > 0)
                .count(),
        DRAWS / 30.0);
  }

  @Test
  void noiseIsNormalAndClipped() throws ModelFormatException {
    Shape image = Shape.of(70, 70, 1);
    Augmentation noise =
        read("RandomErasing {'factor': [1, 1], 'scale': [1, 1], 'value_range': [-8, 2]}");
    float[] y = new float[image.size()];
    noise.drawn(image, 4).apply(y.clone(), 0, y, 0);
    double below = 0;
    for (int i = 0; i < y.length; i++) {
      assertTrue(y[i] >= -8 && y[i] <= 2);
      below += y[i] < -2 ? 1.0 / y.length : 0;
    }
    assertEquals(0.1587, below, 0.02, "a deviation of 2 or more below the mean");
    assertNotEquals(y[0], y[1]);
  }

  /** The mean and the ends of what is drawn are those of an even distribution. */
  private static void assertEvenly(double least, double most, LongToDoubleFunction drawn) {
    double[] all = streams().mapToDouble(drawn).sorted().toArray();
    double width = most - least;
    assertTrue(all[0] >= least - 1e-4 && all[DRAWS - 1] <= most + 1e-4);
    assertEquals(least, all[0], 0.01 * width);
    assertEquals(most, all[DRAWS - 1], 0.01 * width);
    assertEquals((least + most) / 2, Arrays.stream(all).average().orElse(0), 0.03 * width);
  }
}
