package org.epochflow.model.nn.layer.pooling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.nn.layer.core.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shapes and settings of the pooling layers; their figures are in GoldenLayerTest. */
class PoolingTest {
  private static final Shape IMAGES = Shape.of(7, 8, 3);

  private static Layer read(String type, String settings) throws ModelFormatException {
    String config = settings.isEmpty() ? "" : ", " + settings.replace('\'', '"');
    return Layers.read(
        type, JsonObject.of(Json.parse("{\"name\": \"p\"" + config + "}", "m"), "m.json, layer p"));
  }

  @ParameterizedTest
  @CsvSource({
    "2, 2, VALID, 3, 4", "2, 2, SAME, 4, 4", "3, 2, VALID, 3, 3", "3, 2, SAME, 4, 4",
    "3, 1, VALID, 5, 6", "3, 1, SAME, 7, 8", "2, 3, VALID, 2, 3", "2, 3, SAME, 3, 3",
    "9, 2, SAME, 4, 4", "2147483647, 2147483647, SAME, 1, 1"
  })
  void windowsAreCountedAsInKeras(int pool, int stride, Padding padding, int rows, int columns) {
    Windows windows = new Windows(pool, pool, stride, stride, padding);
    assertEquals(Shape.of(rows, columns, 3), new MaxPooling2D("p", windows).output(IMAGES));
    assertEquals(Shape.of(rows, columns, 3), new AveragePooling2D("p", windows).output(IMAGES));
  }

  /** Keras pads less before than after where the sum is odd. */
  @ParameterizedTest
  @CsvSource({"2, 1, 0", "3, 1, 1", "4, 1, 1", "3, 2, 1", "2, 2, 0", "5, 2, 2", "2, 3, 0"})
  void windowsReachOverTheTopByHalfAndLess(int pool, int stride, int before) {
    Windows windows = new Windows(pool, 1, stride, 1, Padding.SAME);
    assertEquals(before, windows.sizes(IMAGES, windows.output("p", IMAGES)).padTop());
    assertEquals(0, windows.sizes(IMAGES, windows.output("p", IMAGES)).padLeft());
  }

  @Test
  void aWholeImageBecomesAVectorOrAPixel() {
    assertEquals(Shape.of(3), new GlobalMaxPooling2D("p", false).output(IMAGES));
    assertEquals(Shape.of(3), new GlobalAveragePooling2D("p", false).output(IMAGES));
    assertEquals(Shape.of(1, 1, 3), new GlobalMaxPooling2D("p", true).output(IMAGES));
    assertEquals(Shape.of(1, 1, 3), new GlobalAveragePooling2D("p", true).output(IMAGES));
  }

  @Test
  void settingsThatAreMissingAreKerassDefaults() throws Exception {
    Windows ofTwo = new Windows(2, 2, 2, 2, Padding.VALID);
    assertEquals(new MaxPooling2D("p", ofTwo), read("MaxPooling2D", ""));
    assertEquals(new AveragePooling2D("p", ofTwo), read("AveragePooling2D", ""));
    assertEquals(
        new AveragePooling2D("p", new Windows(3, 4, 3, 4, Padding.VALID)),
        read("AveragePooling2D", "'pool_size': [3, 4], 'strides': null, 'data_format': null"));
    assertEquals(new GlobalMaxPooling2D("p", false), read("GlobalMaxPooling2D", ""));
    assertEquals(new GlobalAveragePooling2D("p", false), read("GlobalAveragePooling2D", ""));
  }

  @Test
  void kerassOtherNamesAreRead() throws Exception {
    assertEquals(read("MaxPooling2D", ""), read("MaxPool2D", ""));
    assertEquals(read("AveragePooling2D", ""), read("AvgPool2D", ""));
    assertEquals(read("GlobalMaxPooling2D", ""), read("GlobalMaxPool2D", ""));
    assertEquals(
        read("GlobalAveragePooling2D", "'keepdims': true"),
        read("GlobalAvgPool2D", "'keepdims': true"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MaxPooling2D           | \"data_format\": \"channels_first\" | data_format | channels_first",
        "AveragePooling2D       | \"data_format\": \"channels_first\" | data_format | channels_first",
        "GlobalMaxPooling2D     | \"data_format\": \"channels_first\" | data_format | channels_first",
        "GlobalAveragePooling2D | \"data_format\": \"channels_first\" | data_format | channels_first",
        "AveragePooling2D       | \"padding\": \"full\"              | padding     | full",
        "AveragePooling2D       | \"pool_size\": [2, 2, 2]           | pool_size   | [2,2,2]",
        "AveragePooling2D       | \"pool_size\": 0                   | pool_size of 1 or more | 0",
        "MaxPooling2D           | \"strides\": [1, -1]               | strides of 1 or more   | -1",
        "GlobalMaxPooling2D     | \"keepdims\": 1                    | keepdims    | 1",
      })
  void otherSettingsAreRefusedInALine(String type, String setting, String expected, String found) {
    String message =
        String.valueOf(
            assertThrows(ModelFormatException.class, () -> read(type, setting)).getMessage());
    assertEquals(1, message.lines().count(), message);
    assertTrue(message.contains(expected), message);
    assertTrue(message.substring(message.indexOf(", found ")).contains(found), message);
    assertTrue(message.contains("layer p") || message.contains("Layer p"), message);
  }

  @Test
  void whatHasNoImagesIsRefused() {
    for (Layer layer :
        new Layer[] {
          new MaxPooling2D("p", 2, 2, 2, 2),
          new AveragePooling2D("p", new Windows(2, 2, 2, 2, Padding.SAME)),
          new GlobalMaxPooling2D("p", false),
          new GlobalAveragePooling2D("p", true)
        }) {
      Exception e = assertThrows(ArchitectureException.class, () -> layer.output(Shape.of(9)));
      assertEquals(
          "Layer p: expected images (height, width, channels), found (9,)", e.getMessage());
    }
    Exception e =
        assertThrows(
            ArchitectureException.class,
            () -> new MaxPooling2D("p", 8, 2, 1, 1).output(Shape.of(7, 9, 1)));
    assertEquals("Layer p: expected an input of at least (8, 2), found (7, 9, 1)", e.getMessage());
  }
}
