package org.epochflow.model.nn.layer.augmentation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.epochflow.model.Golden;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Layers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What drawn numbers mean is what Keras makes of them. */
class GoldenAugmentationTest {
  private static final float TOLERANCE = 1e-5f;

  static Stream<JsonNode> cases() throws IOException {
    return elements("cases");
  }

  static Stream<JsonNode> stills() throws IOException {
    return elements("stills");
  }

  private static Stream<JsonNode> elements(String name) throws IOException {
    return StreamSupport.stream(Golden.read("augmentation.json").get(name).spliterator(), false);
  }

  private static Augmentation layer(JsonNode golden) {
    JsonNode layer = golden.get("layer");
    try {
      return (Augmentation)
          Layers.read(
              layer.get("class_name").asText(), new JsonObject(layer.get("config"), "a layer"));
    } catch (IOException e) {
      throw new AssertionError(layer.toString(), e);
    }
  }

  private static Shape shape(JsonNode golden) {
    int[] sizes = Golden.ints(golden.get("shape"));
    return Shape.of(sizes[0], sizes[1], sizes[2]);
  }

  private static Transform transform(Augmentation layer, float[] drawn, Shape image) {
    if (layer instanceof RandomFlip flip) {
      boolean flips = drawn[0] > 0;
      return new RandomFlip.Mirror(
          flips && flip.mode() != RandomFlip.Mode.VERTICAL,
          flips && flip.mode() != RandomFlip.Mode.HORIZONTAL,
          image);
    } else if (layer instanceof RandomTranslation translation) {
      return translation.moved(drawn[0], drawn[1], image);
    } else if (layer instanceof RandomRotation rotation) {
      return rotation.turned(drawn[0], image);
    } else if (layer instanceof RandomZoom zoom) {
      return zoom.zoomed(drawn[0], drawn[1], image);
    } else if (layer instanceof RandomCrop crop) {
      return drawn.length == 0
          ? crop.drawn(image, 0)
          : crop.window((int) drawn[0], (int) drawn[1], image);
    } else if (layer instanceof RandomContrast contrast) {
      return new RandomContrast.Contrast(drawn[0], contrast.valueRange(), image);
    } else if (layer instanceof RandomBrightness brightness) {
      return new RandomBrightness.Brightness(drawn[0], brightness.valueRange(), image);
    }
    return ((RandomErasing) layer).rectangle(drawn[0], drawn[1], drawn[2], drawn[3], image, 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anImageBecomesWhatKerasMakesOfIt(JsonNode golden) {
    Augmentation layer = layer(golden);
    Shape image = shape(golden);
    float[] x = Golden.floats(golden.get("input"));
    float[] expected = Golden.floats(golden.get("output"));
    Transform transform = transform(layer, Golden.floats(golden.get("drawn")), image);
    float[] y = new float[expected.length];
    transform.apply(x, 0, y, 0);
    assertEquals(expected.length, layer.output(image).size());
    assertArrayEquals(expected, y, TOLERANCE, layer.toString());
    if (golden.has("input_gradient")) {
      float[] dx = new float[x.length];
      Arrays.fill(dx, Float.NaN);
      transform.gradient(x, 0, Golden.floats(golden.get("output_gradient")), 0, dx, 0);
      assertArrayEquals(
          Golden.floats(golden.get("input_gradient")), dx, TOLERANCE, layer.toString());
    }
  }

  @ParameterizedTest
  @MethodSource("stills")
  void aCropThatDoesNotTrainIsTheLargestWindowInTheMiddle(JsonNode golden) {
    Shape image = shape(golden);
    RandomCrop crop =
        new RandomCrop("crop", golden.get("height").intValue(), golden.get("width").intValue());
    float[] expected = Golden.floats(golden.get("output"));
    float[] y = new float[expected.length];
    crop.still(image).orElseThrow().apply(Golden.floats(golden.get("input")), 0, y, 0);
    assertArrayEquals(expected, y, TOLERANCE);
  }

  @Test
  void everyAugmentationHasFigures() throws IOException {
    Set<String> found = cases().map(golden -> layer(golden).type()).collect(Collectors.toSet());
    assertEquals(
        Layers.names().stream()
            .filter(name -> name.startsWith("Random"))
            .collect(Collectors.toSet()),
        found);
  }
}
