package org.epochflow.model.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Keras itself wrote, see testdata/golden. */
final class KerasGoldenTest {
  private static final Path GOLDEN = Path.of("..", "testdata", "golden");

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "leaky", "functional", "normalizing", "windows"})
  void kerassModelsAreReadWithTheirWeights(String name) throws IOException {
    JsonNode golden = json(GOLDEN.resolve("models/" + name + ".json"));
    SavedModel model = read(name + ".keras");
    assertTrue(model.state().isEmpty());
    assertEquals(Preprocessing.STANDARD, model.preprocessing());
    int i = 0;
    for (JsonNode variable : golden.get("weights")) {
      for (JsonNode weight : variable) {
        assertEquals(Float.parseFloat(weight.asText()), model.parameters()[i], "weight " + i);
        i++;
      }
    }
    assertEquals(i, model.parameters().length);
  }

  @ParameterizedTest
  @CsvSource("lstm, layer lstm, LSTM")
  void modelsThatCannotBeRunAreRefusedByName(String name, String expected, String found) {
    ModelFormatException e = assertThrows(ModelFormatException.class, () -> read(name + ".keras"));
    String message = String.valueOf(e.getMessage());
    for (String part : List.of(name + ".keras, config.json", expected, found)) {
      assertTrue(message.contains(part), message);
    }
  }

  static List<Path> networks() throws IOException {
    try (Stream<Path> files = Files.list(GOLDEN.resolve("networks"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void kerassNetworksHaveTheSameVariables(Path file) throws IOException {
    JsonNode golden = json(file);
    JsonNode written = golden.get("architecture");
    Architecture architecture =
        written.isTextual()
            ? ArchitectureJson.read(written.textValue(), file.toString())
            : ArchitectureJson.fromTree(written, file.toString());
    List<List<Integer>> expected = new ArrayList<>();
    for (JsonNode variable : golden.get("variables")) {
      List<Integer> shape = new ArrayList<>();
      variable.get("shape").forEach(d -> shape.add(d.intValue()));
      expected.add(shape);
    }
    assertEquals(
        expected,
        architecture.variables().stream().flatMap(List::stream).map(Variable::dimensions).toList());
  }

  static Stream<Object[]> presets() {
    Shape image = Shape.of(28, 28, 1);
    double dropout = Presets.CNN_DROPOUT;
    return Stream.of(
        new Object[] {"softmax", Presets.softmax(image, 10)},
        new Object[] {"mlp", Presets.mlp(image, 10, Presets.MLP_DROPOUT)},
        new Object[] {"cnn-valid", Presets.cnn(image, 10, dropout, Padding.VALID, 1)},
        new Object[] {"cnn-same", Presets.cnn(image, 10, dropout, Padding.SAME, 1)});
  }

  @ParameterizedTest
  @MethodSource("presets")
  void thePresetsAreKerass(String name, Architecture preset) throws IOException {
    Path file = GOLDEN.resolve("presets/" + name + ".json");
    Architecture keras = ArchitectureJson.read(Files.readString(file), file.toString());
    assertEquals(preset.input(), keras.input());
    assertEquals(preset.layers(), keras.layers());
  }

  private static SavedModel read(String name) throws IOException {
    Path file = GOLDEN.resolve("models").resolve(name);
    try (InputStream in = Files.newInputStream(file)) {
      return KerasFile.read(in, file.toString());
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return Json.parse(Files.readString(file), file.toString());
  }
}
