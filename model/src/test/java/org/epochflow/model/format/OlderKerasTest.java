package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.epochflow.model.Golden;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.predict.Classifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A model with models among its layers, in every format that a version of Keras saves. */
class OlderKerasTest {
  private static final Path FOLDER = Path.of("..", "testdata", "golden", "older");

  @ParameterizedTest
  @CsvSource({"2.13.1, .keras", "2.13.1, .h5", "3.15.1, .keras", "3.15.1, .h5"})
  void wholeModelsPredictAsKerasDoes(String version, String suffix) throws IOException {
    Path file = FOLDER.resolve("keras-" + version + suffix);
    try (InputStream in = Files.newInputStream(file)) {
      assertPredictions(version, KerasFile.read(in, file.toString()));
    }
  }

  @ParameterizedTest
  @CsvSource({"2.13.1, .weights.h5", "2.13.1, .old-weights.h5", "3.15.1, .weights.h5"})
  void weightsAloneBelongToTheJson(String version, String suffix) throws IOException {
    try (InputStream in = Files.newInputStream(FOLDER.resolve("keras-" + version + suffix))) {
      assertPredictions(version, H5File.readWeights(json(version), "m.json", in, "w.h5"));
    }
  }

  @Test
  void weightsOfAnotherNetworkAreRefused() throws IOException {
    String other = json("2.13.1").replace("\"units\":5", "\"units\":6");
    try (InputStream in = Files.newInputStream(FOLDER.resolve("keras-2.13.1.old-weights.h5"))) {
      ModelFormatException e =
          assertThrows(
              ModelFormatException.class, () -> H5File.readWeights(other, "m.json", in, "w.h5"));
      assertEquals(
          "Expected float32 of [36, 6], found 4-byte float of [36, 5]"
              + " (w.h5, /dense/dense/kernel:0)",
          e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {".weights.h5", ".old-weights.h5"})
  void weightsAloneAreNoModel(String suffix) throws IOException {
    try (InputStream in = Files.newInputStream(FOLDER.resolve("keras-2.13.1" + suffix))) {
      ModelFormatException e =
          assertThrows(ModelFormatException.class, () -> KerasFile.read(in, "w.h5"));
      assertTrue(String.valueOf(e.getMessage()).contains("model_config"), e.getMessage());
    }
  }

  private static String json(String version) throws IOException {
    return Golden.read("older/keras-" + version + ".json").get("architecture").toString();
  }

  private static void assertPredictions(String version, SavedModel model) throws IOException {
    JsonNode golden = Golden.read("older/keras-" + version + ".json");
    int[] values = Golden.ints(golden.get("pixels"));
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
    float[] expected = Golden.floats(golden.get("predictions"));
    float[] found = Classifier.of(model).probabilities(pixels, golden.get("pixels").size());
    assertArrayEquals(expected, found, 1e-6f);
  }
}
