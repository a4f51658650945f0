package org.epochflow.model.nn.layer.reshaping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D.Interpolation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Shapes and settings of the layers that move values; their figures are in GoldenLayerTest. */
class ReshapingTest {
  private static final Shape IMAGES = Shape.of(4, 6, 2);
  private static final int LARGEST = Integer.MAX_VALUE;

  private static Layer read(String type, String settings) throws ModelFormatException {
    String config = settings.isEmpty() ? "" : ", " + settings.replace('\'', '"');
    return Layers.read(
        type, JsonObject.of(Json.parse("{\"name\": \"r\"" + config + "}", "m"), "m.json, layer r"));
  }

  static Stream<Arguments> shapes() {
    return Stream.of(
        Arguments.of(new Flatten("r"), IMAGES, Shape.of(48)),
        Arguments.of(new Flatten("r"), Shape.of(3, 4), Shape.of(12)),
        Arguments.of(new Flatten("r"), Shape.of(5), Shape.of(5)),
        Arguments.of(new Flatten("r"), Shape.of(2, 3, 4, 5), Shape.of(120)),
        Arguments.of(new Reshape("r", List.of(-1)), IMAGES, Shape.of(48)),
        Arguments.of(new Reshape("r", List.of(8, -1)), IMAGES, Shape.of(8, 6)),
        Arguments.of(new Reshape("r", List.of(3, 4, 4)), IMAGES, Shape.of(3, 4, 4)),
        Arguments.of(new Reshape("r", List.of(48, -1, 1)), IMAGES, Shape.of(48, 1, 1)),
        Arguments.of(new Permute("r", List.of(3, 1, 2)), IMAGES, Shape.of(2, 4, 6)),
        Arguments.of(new Permute("r", List.of(1)), Shape.of(5), Shape.of(5)),
        Arguments.of(new ZeroPadding2D("r", new Borders(1, 2, 3, 4)), IMAGES, Shape.of(7, 13, 2)),
        Arguments.of(new Cropping2D("r", new Borders(1, 2, 3, 2)), IMAGES, Shape.of(1, 1, 2)),
        Arguments.of(
            new UpSampling2D("r", 2, 3, Interpolation.NEAREST), IMAGES, Shape.of(8, 18, 2)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void shapesAreKerass(Layer layer, Shape input, Shape output) {
    assertEquals(output, layer.output(input));
  }

  static Stream<Layer> whatMovesNothing() {
    return Stream.of(
        new Flatten("r"),
        new Reshape("r", List.of(-1, 4)),
        new Permute("r", List.of(1, 2, 3)),
        new ZeroPadding2D("r", new Borders(0, 0, 0, 0)),
        new Cropping2D("r", new Borders(0, 0, 0, 0)),
        new UpSampling2D("r", 1, 1, Interpolation.BILINEAR));
  }

  @ParameterizedTest
  @MethodSource("whatMovesNothing")
  void whatMovesNothingComputesNothing(Layer layer) {
    assertTrue(layer.isIdentity());
    assertEquals(List.of(), layer.bind(0, IMAGES, List.of()));
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal(
            new Reshape("r", List.of(5, -1)),
            "expected an input that fills target_shape [5, -1], found (4, 6, 2)"),
        refusal(
            new Reshape("r", List.of(47)),
            "expected an input that fills target_shape [47], found (4, 6, 2)"),
        refusal(
            new Reshape("r", List.of(24)),
            "expected an input that fills target_shape [24], found (4, 6, 2)"),
        refusal(
            new Reshape("r", List.of(96, -1)),
            "expected an input that fills target_shape [96, -1], found (4, 6, 2)"),
        refusal(
            new Reshape("r", List.of(LARGEST, LARGEST)),
            "expected an input that fills target_shape [2147483647, 2147483647], found (4, 6, 2)"),
        refusal(
            new Permute("r", List.of(2, 1)), "expected an input of 2 dimensions, found (4, 6, 2)"),
        refusal(
            new Cropping2D("r", new Borders(2, 2, 0, 0)),
            "expected an input of at least (5, 1), found (4, 6, 2)"),
        refusal(
            new Cropping2D("r", new Borders(0, LARGEST, LARGEST, LARGEST)),
            "expected an input of at least (2147483648, 4294967295), found (4, 6, 2)"),
        refusal(
            new ZeroPadding2D("r", new Borders(0, 0, LARGEST, 0)),
            "expected at most 2147483647 rows or columns, found 2147483653"),
        refusal(
            new UpSampling2D("r", LARGEST, 1, Interpolation.NEAREST),
            "expected at most 2147483647 rows or columns, found 8589934588"));
  }

  private static Arguments refusal(Layer layer, String message) {
    return Arguments.of(layer, message);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void inputsThatDoNotFitAreRefused(Layer layer, String message) {
    Exception e = assertThrows(ArchitectureException.class, () -> layer.output(IMAGES));
    assertEquals("Layer r: " + message, e.getMessage());
  }

  @Test
  void layersOfImagesTakeNoVectors() {
    for (Layer layer :
        List.of(
            new ZeroPadding2D("r", new Borders(1, 1, 1, 1)),
            new Cropping2D("r", new Borders(0, 0, 0, 0)),
            new UpSampling2D("r", 2, 2, Interpolation.NEAREST))) {
      Exception e = assertThrows(ArchitectureException.class, () -> layer.output(Shape.of(2, 3)));
      assertEquals(
          "Layer r: expected images (height, width, channels), found (2, 3)", e.getMessage());
    }
  }

  static Stream<Arguments> spellings() {
    return Stream.of(
        Arguments.of("ZeroPadding2D", "", new ZeroPadding2D("r", new Borders(1, 1, 1, 1))),
        Arguments.of(
            "ZeroPadding2D", "'padding': 2", new ZeroPadding2D("r", new Borders(2, 2, 2, 2))),
        Arguments.of(
            "ZeroPadding2D",
            "'padding': [1, 2], 'dim_ordering': 'tf'",
            new ZeroPadding2D("r", new Borders(1, 1, 2, 2))),
        Arguments.of(
            "ZeroPadding2D",
            "'padding': [[1, 2], [3, 4]]",
            new ZeroPadding2D("r", new Borders(1, 2, 3, 4))),
        Arguments.of(
            "ZeroPadding2D",
            "'padding': [0, [3, 4]]",
            new ZeroPadding2D("r", new Borders(0, 0, 3, 4))),
        Arguments.of("Cropping2D", "", new Cropping2D("r", new Borders(0, 0, 0, 0))),
        Arguments.of(
            "Cropping2D",
            "'cropping': [[1, 2], [3, 4]], 'data_format': null",
            new Cropping2D("r", new Borders(1, 2, 3, 4))),
        Arguments.of(
            "UpSampling2D",
            "'dim_ordering': 'default'",
            new UpSampling2D("r", 2, 2, Interpolation.NEAREST)),
        Arguments.of(
            "UpSampling2D",
            "'size': 3, 'interpolation': 'bilinear'",
            new UpSampling2D("r", 3, 3, Interpolation.BILINEAR)),
        Arguments.of("Flatten", "", new Flatten("r")),
        Arguments.of("Reshape", "'target_shape': [2, -1]", new Reshape("r", List.of(2, -1))),
        Arguments.of("Permute", "'dims': [2, 1]", new Permute("r", List.of(2, 1))));
  }

  @ParameterizedTest
  @MethodSource("spellings")
  void everySpellingOfKerasIsRead(String type, String settings, Layer layer) throws Exception {
    assertEquals(layer, read(type, settings));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Flatten       | \"data_format\": \"channels_first\" | data_format  | channels_first",
        "ZeroPadding2D | \"data_format\": \"channels_first\" | data_format  | channels_first",
        "Cropping2D    | \"data_format\": \"channels_first\" | data_format  | channels_first",
        "UpSampling2D  | \"data_format\": \"channels_first\" | data_format  | channels_first",
        "UpSampling2D  | \"interpolation\": \"bicubic\"     | nearest or bilinear as interpol | bicubic",
        "UpSampling2D  | \"size\": [0, 1]                   | size of 1 or more       | 0",
        "ZeroPadding2D | \"padding\": [1, 2, 3, 4]          | two pairs as padding    | [1,2,3,4]",
        "ZeroPadding2D | \"padding\": null                  | two pairs as padding    | null",
        "ZeroPadding2D | \"padding\": [-1, 2]               | padding of 0 or more    | -1",
        "Cropping2D    | \"cropping\": [[0, 1], [-3, 0]]    | cropping of 0 or more   | -3",
        "Cropping2D    | \"cropping\": 1.5                  | two pairs as cropping   | 1.5",
        "Reshape       | \"target_shape\": [2.5]            | whole numbers as target_shape | [2.5]",
        "Reshape       | \"target_shape\": []               | a target_shape of       | []",
        "Reshape       | \"target_shape\": [-1, -1]         | at most one -1          | [-1, -1]",
        "Reshape       | \"target_shape\": [2, 0]           | dimensions of 1 or more | [2, 0]",
        "Reshape       | \"shape\": [2]                     | a field target_shape    | none",
        "Permute       | \"dims\": [1, 3]                   | dims of each number from 1 | [1, 3]",
        "Permute       | \"dims\": [1, 1]                   | dims of each number from 1 | [1, 1]",
        "Permute       | \"dims\": []                       | dims of each number from 1 | []",
      })
  void otherSettingsAreRefusedInALine(String type, String setting, String expected, String found) {
    String message =
        String.valueOf(
            assertThrows(ModelFormatException.class, () -> read(type, setting)).getMessage());
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(expected), message);
    assertTrue(message.substring(message.indexOf(", found ")).contains(found), message);
    assertTrue(message.contains("layer r") || message.contains("Layer r"), message);
  }
}
