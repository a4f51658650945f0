package org.epochflow.model.nn.layer.augmentation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Layers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the layers' settings may be, what they are by default, and what is written of them. */
class AugmentationSettingsTest {
  private static final Shape IMAGE = Shape.of(8, 6, 3);

  @Test
  void whatIsLeftOutIsKerassDefault() throws ModelFormatException {
    Interval bytes = new Interval(0, 255);
    assertEquals(
        List.of(
            new RandomFlip("a", RandomFlip.Mode.HORIZONTAL_AND_VERTICAL),
            new RandomRotation("a", new Interval(-0.1, 0.1), Sampling.DEFAULT),
            new RandomZoom("a", new Interval(-0.2, 0.2), null, Sampling.DEFAULT),
            new RandomContrast("a", new Interval(0, 0.5), bytes),
            new RandomBrightness("a", new Interval(-0.5, 0.5), bytes),
            new RandomErasing("a", new Interval(0, 1), new Interval(0.02, 0.33), List.of(), bytes)),
        List.of(
            AugmentationTest.read("RandomFlip {}"),
            AugmentationTest.read("RandomRotation {'factor': -0.1}"),
            AugmentationTest.read("RandomZoom {'height_factor': 0.2, 'width_factor': null}"),
            AugmentationTest.read("RandomContrast {'factor': 0.5}"),
            AugmentationTest.read("RandomBrightness {'factor': 0.5}"),
            AugmentationTest.read("RandomErasing {}")));
  }

  @Test
  void theRangeOfBytesIsNotWrittenAndOthersAre() throws ModelFormatException {
    Layer bytes = AugmentationTest.read("RandomContrast {'factor': 0.5, 'value_range': [0, 255]}");
    assertFalse(Layers.write(bytes, List.of(IMAGE), true).toString().contains("value_range"));
    Layer shares = AugmentationTest.read("RandomContrast {'factor': 0.5, 'value_range': [0, 1]}");
    assertTrue(
        Layers.write(shares, List.of(IMAGE), true)
            .toString()
            .contains("\"value_range\":[0.0,1.0]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "RandomFlip {'mode': 'diagonal'} | horizontal, vertical or horizontal_and_vertical as mode",
        "RandomFlip {'data_format': 'channels_first'} | channels_last",
        "RandomTranslation {'height_factor': 0.1} | a number or two numbers as width_factor",
        "RandomTranslation {'height_factor': [-1.5, 0], 'width_factor': 0} |"
            + " height_factor from -1.0 to 1.0, found (-1.5, 0.0)",
        "RandomRotation {'factor': [0, 1, 2]} | a number or two numbers as factor",
        "RandomRotation {'factor': 0.1, 'fill_mode': 'mirror'} |"
            + " constant or nearest or reflect or wrap",
        "RandomRotation {'factor': 0.1, 'interpolation': 'bicubic'} | nearest or bilinear",
        "RandomRotation {'factor': 0.1, 'fill_value': 1e300} | a finite fill_value",
        "RandomZoom {'height_factor': [-1, 0]} | height_factor above -1, found (-1.0, 0.0)",
        "RandomCrop {'height': 0, 'width': 3} | height of 1 or more",
        "RandomContrast {'factor': [-0.5, 0.5]} | factor from 0.0 to 1.0, found (-0.5, 0.5)",
        "RandomContrast {'factor': 0.5, 'value_range': 255} | two numbers as value_range",
        "RandomBrightness {'factor': 2} | factor from -1.0 to 1.0, found (-2.0, 2.0)",
        "RandomErasing {'fill_value': [1, 2]} | a number, or three, or null as fill_value",
        "RandomErasing {'fill_value': 'noise'} | a number, or three, or null as fill_value",
        "RandomErasing {'scale': 2} | scale from 0.0 to 1.0",
      })
  void badSettingsAreRefusedByName(String layer, String expected) {
    assertMessage(expected, ModelFormatException.class, () -> AugmentationTest.read(layer));
    assertMessage("layer a", ModelFormatException.class, () -> AugmentationTest.read(layer));
  }

  @Test
  void imagesThatALayerDoesNotTakeAreRefused() throws ModelFormatException {
    RandomCrop crop = new RandomCrop("a", 9, 10);
    assertMessage(
        "larger than (9, 10), or of its ratio, found (6, 7, 3)",
        ArchitectureException.class,
        () -> crop.output(Shape.of(6, 7, 3)));
    assertEquals(Shape.of(9, 10, 1), crop.output(Shape.of(18, 20, 1)));
    Augmentation colour = AugmentationTest.read("RandomErasing {'fill_value': [1, 2, 3]}");
    assertMessage(
        "three channels", ArchitectureException.class, () -> colour.output(Shape.of(6, 7, 1)));
    AugmentationTest.layers()
        .forEach(
            layer ->
                assertMessage(
                    "expected images (height, width, channels), found (42,)",
                    ArchitectureException.class,
                    () -> layer.output(Shape.of(42))));
  }

  private static void assertMessage(
      String part, Class<? extends Exception> type, Executable refused) {
    String message = String.valueOf(assertThrows(type, refused).getMessage());
    assertTrue(message.contains(part), "Expected " + part + " in: " + message);
  }
}
