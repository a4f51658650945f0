package org.epochflow.model.nn.layer.augmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.epochflow.model.format.ArchitectureJson;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.reshaping.Reshape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of {@code --augment}, and the layers that they put in front of a network. */
class AugmentTest {
  private static final Shape IMAGE = Shape.of(28, 28);
  private static final Interval SHARES = new Interval(0, 1);
  private static final String ALL =
      "flip=both,translate=0.1,rotate=10,zoom=0.2,crop=4,contrast=0.3,brightness=0.4,erase=0.5";
  private static final Architecture CNN =
      Presets.cnn(Shape.of(28, 28, 1), 10, 0.2, Padding.VALID, 0.25);

  private static Interval within(double factor) {
    return new Interval(-factor, factor);
  }

  private static Sampling black(Sampling.Interpolation interpolation) {
    return new Sampling(Sampling.FillMode.CONSTANT, interpolation, 0);
  }

  @Test
  void eachWordIsALayerWithTheInputsRange() {
    Sampling bilinear = black(Sampling.Interpolation.BILINEAR);
    List<Layer> expected =
        new ArrayList<>(
            List.of(
                new RandomFlip("augment_flip", RandomFlip.Mode.HORIZONTAL),
                new RandomFlip("augment_flip_vertical", RandomFlip.Mode.VERTICAL),
                new RandomTranslation("augment_translate", within(0.1), within(0.1), bilinear),
                new RandomRotation("augment_rotate", within(10 / 360.0), bilinear),
                new RandomZoom("augment_zoom", within(0.2), null, bilinear),
                new RandomTranslation(
                    "augment_crop",
                    within(4.5 / 28),
                    within(4.5 / 28),
                    black(Sampling.Interpolation.NEAREST)),
                new RandomContrast("augment_contrast", new Interval(0.3, 0.3), SHARES),
                new RandomBrightness("augment_brightness", within(0.4), SHARES),
                new RandomErasing(
                    "augment_erase",
                    new Interval(0.5, 0.5),
                    new Interval(0.02, 0.33),
                    List.of(),
                    SHARES)));
    expected.addAll(CNN.layers());
    Architecture augmented = Augment.parse(ALL).inFrontOf(CNN, IMAGE, SHARES);
    assertEquals(expected, augmented.layers());
    assertEquals(List.of("cnn", CNN.input()), List.of(augmented.name(), augmented.input()));
  }

  @Test
  void theOrderOfTheWordsIsTheOrderOfTheLayers() {
    assertEquals(
        List.of("augment_erase", "augment_flip"),
        Augment.parse("erase=1,flip").inFrontOf(CNN, IMAGE, SHARES).layers().stream()
            .limit(2)
            .map(Layer::name)
            .toList());
  }

  @Test
  void aVectorIsSeenAsAnImageAndThenAsAVectorAgain() {
    Architecture mlp = Presets.mlp(IMAGE, 10, 0.25);
    Architecture augmented = Augment.parse("flip").inFrontOf(mlp, IMAGE, SHARES);
    assertEquals(
        List.of(
            new Reshape("augment_image", List.of(28, 28, 1)),
            new RandomFlip("augment_flip", RandomFlip.Mode.HORIZONTAL),
            new Reshape("augment_input", List.of(784))),
        augmented.layers().subList(0, 3));
    assertEquals(mlp.layers(), augmented.layers().subList(3, augmented.layers().size()));
    assertEquals(mlp.input(), augmented.input());
    assertArrayEquals(mlp.initialParameters(3), augmented.initialParameters(3));
  }

  @Test
  void otherLayersTakeThePlaceOfThoseThatItHas() {
    for (Architecture bare : List.of(CNN, Presets.softmax(IMAGE, 10))) {
      Architecture one = Augment.parse(ALL).inFrontOf(bare, IMAGE, SHARES);
      Architecture other = Augment.parse("crop=2").inFrontOf(one, IMAGE, SHARES);
      assertEquals(Augment.parse("crop=2").inFrontOf(bare, IMAGE, SHARES), other);
      assertEquals(bare, Augment.NONE.inFrontOf(other, IMAGE, SHARES));
      assertEquals(bare, Augment.removedFrom(one));
    }
  }

  @Test
  void aNetworkThatDoesNotTakeTheImagesStaysAsItIs() {
    Architecture small = Presets.softmax(Shape.of(3, 3), 10);
    assertEquals(small, Augment.parse("flip").inFrontOf(small, IMAGE, SHARES));
  }

  @Test
  void recordsThatAreNoImagesAreRefused() {
    Architecture softmax = Presets.softmax(Shape.of(784), 10);
    assertEquals(softmax, Augment.NONE.inFrontOf(softmax, Shape.of(784), SHARES));
    assertEquals(
        "Expected images (height, width) or (height, width, channels) to augment, found (784,)",
        assertThrows(
                ArchitectureException.class,
                () -> Augment.parse("flip").inFrontOf(softmax, Shape.of(784), SHARES))
            .getMessage());
  }

  @Test
  void whatIsAugmentedIsSavedWithTheNetwork() throws Exception {
    Architecture augmented = Augment.parse(ALL).inFrontOf(Presets.mlp(IMAGE, 10, 0), IMAGE, SHARES);
    assertEquals(augmented, ArchitectureJson.read(ArchitectureJson.write(augmented), "a.json"));
  }

  /** As if it were padded with black and cropped: by -2 to 2 whole pixels, each as often. */
  @Test
  void aCropMovesByWholePixels() {
    Shape shape = Shape.of(9, 9, 1);
    float[] x = new float[81];
    x[4 * 9 + 4] = 1;
    Map<Integer, Integer> found = new TreeMap<>();
    for (int example = 0; example < 5000; example++) {
      float[] y = Augment.parse("crop=2").example(x, shape, SHARES, 6, example);
      List<Integer> bright = IntStream.range(0, 81).filter(i -> y[i] != 0).boxed().toList();
      assertEquals(1, bright.size());
      assertEquals(1f, y[bright.get(0)]);
      found.merge(bright.get(0), 1, Integer::sum);
    }
    assertEquals(25, found.size());
    found.forEach(
        (place, times) -> {
          assertTrue(Math.abs(place / 9 - 4) <= 2 && Math.abs(place % 9 - 4) <= 2);
          assertEquals(200, times, 60);
        });
  }

  @Test
  void aCropAsLargeAsTheImageIsRefused() {
    String message =
        String.valueOf(
            assertThrows(
                    ArchitectureException.class,
                    () -> Augment.parse("crop=28").inFrontOf(CNN, IMAGE, SHARES))
                .getMessage());
    assertEquals(
        "Expected crop=N below the images' height and width, (28, 28, 1), found crop=28", message);
  }

  @Test
  void anExampleGoesThroughAllLayers() {
    Random random = new Random(4);
    float[] x = new float[8 * 6 * 3];
    for (int i = 0; i < x.length; i++) {
      x[i] = random.nextFloat();
    }
    Shape shape = Shape.of(8, 6, 3);
    float[] once = Augment.parse("brightness=0.5").example(x, shape, SHARES, 3, 9);
    assertArrayEquals(x, Augment.NONE.example(x, shape, SHARES, 3, 9));
    float[] then = Augment.parse("brightness=0.5,contrast=0.5").example(x, shape, SHARES, 3, 9);
    float[] reversed = Augment.parse("contrast=0.5,brightness=0.5").example(x, shape, SHARES, 3, 9);
    assertEquals(3, Stream.of(once, then, reversed).map(Arrays::toString).distinct().count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "flip", "flip=both,zoom=0.1", "erase=0.5,flip=vertical", ALL})
  void parsedThenSpelledIsTheSame(String text) {
    assertEquals(text, Augment.parse(text).toString());
    assertEquals(Augment.parse(text), Augment.parse(text.replace(',', '+')));
  }

  @Test
  void thereIsOneSpelling() {
    assertEquals(
        "flip,rotate=10,zoom=0.1",
        Augment.parse("flip=horizontal+rotate=10.0,zoom=.10").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "flop | Expected none, or some of flip, translate, rotate",
        "~~ | found ''",
        "flip,none | found 'none'",
        "flip,flip=both | Expected flip once, found two",
        "flip=sideways | Expected flip=horizontal, vertical or both, found 'flip=sideways'",
        "rotate | Expected rotate=degrees above 0 and at most 180, found 'rotate'",
        "rotate=181 | found 'rotate=181'",
        "translate=0 | Expected translate=a share above 0 and at most 1, found 'translate=0'",
        "translate=1e-1 | found 'translate=1e-1'",
        "zoom=1 | Expected zoom=a share above 0 and below 1, found 'zoom=1'",
        "crop=4.5 | Expected crop=a whole number of pixels",
        "erase=1.5 | Expected erase=a probability above 0 and at most 1",
      })
  void otherWordsAreRefused(String text, String part) {
    String message =
        String.valueOf(
            assertThrows(IllegalArgumentException.class, () -> Augment.parse(text)).getMessage());
    assertTrue(message.contains(part), message);
  }

  @Test
  void theInputsOfPixelsAreAsTheyArePreprocessed() {
    assertEquals(new Interval(0, 1), Augment.inputs(Preprocessing.STANDARD));
    assertEquals(new Interval(0, 255), Augment.inputs(Preprocessing.BYTES));
    assertEquals(
        new Interval(-4, 2),
        Augment.inputs(Preprocessing.standardized(List.of(0.5, 1.0), List.of(0.25, 0.25))));
  }
}
